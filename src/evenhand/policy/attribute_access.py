"""Which attributes an expression reads in one request environment, written by type: `Payer.designated_share_bp`."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from evenhand.policy.schema import EntityRef, Environment, RecordType, Schema, Type
from evenhand.policy.syntax_tree import Policy, conjuncts, environments_of, pst


@dataclass(frozen=True)
class AttributeAccess:
    """What a policy reads in any environment that its scope allows.

    `paths` are attribute paths by type (`Advertiser.media.control`, `Payer.@parents`, `context.at`); `members` are
    (type, id) pairs of membership tests, the type being that of the member; `groups` are the entities that such tests
    ask for, by their own type; `literals` are the entities that the policy names and looks into. `by_environment` are
    the paths again, by the environment in whose requests they are read.
    """

    paths: frozenset[str]
    actions: frozenset[str]
    members: frozenset[tuple[str, str]]
    groups: frozenset[tuple[str, str]]
    literals: frozenset[tuple[str, str]]
    by_environment: tuple[tuple[Environment, frozenset[str]], ...]


_LOGIC = frozenset({"and", "or"})


def access_of(policy: Policy, schema: Schema) -> AttributeAccess:
    """Return what a policy reads; `principal.x` counts for a type only if that type can be the principal."""
    readers = [_collector(policy, schema, environment) for environment in environments_of(policy, schema)]
    paths = [reader.paths() for reader in readers]
    return AttributeAccess(
        paths=frozenset[str]().union(*paths),
        actions=frozenset(reader.environment.action[1] for reader in readers),
        members=frozenset[tuple[str, str]]().union(*(reader.members for reader in readers)),
        groups=frozenset[tuple[str, str]]().union(*(reader.groups for reader in readers)),
        literals=frozenset[tuple[str, str]]().union(*(reader.literals for reader in readers)),
        by_environment=tuple((reader.environment, read) for reader, read in zip(readers, paths, strict=True)),
    )


def _collector(policy: Policy, schema: Schema, environment: Environment) -> "AccessCollector":
    reader = AccessCollector(schema, environment)
    reader.scope(policy.principal, environment.principal)
    reader.scope(policy.resource, environment.resource)
    for clause in policy.clauses:
        reader.value(clause.expr)
    return reader


@dataclass(frozen=True)
class ValueOrigin:
    """Where a value comes from: its path, `""` for a request's own principal or resource or a value just made."""

    path: str
    type: Type


@dataclass
class AccessCollector:
    """Walks expressions and notes what they read; `a.b.c` notes the leaf alone, and each entity it goes through."""

    schema: Schema
    environment: Environment
    members: set[tuple[str, str]] = field(default_factory=set)
    groups: set[tuple[str, str]] = field(default_factory=set)
    literals: set[tuple[str, str]] = field(default_factory=set)
    _read: set[str] = field(default_factory=set)
    _guarded: set[str] = field(default_factory=set)

    def paths(self) -> frozenset[str]:
        """Return the paths noted; one that only a `has` asks for is left out if something under it is read."""
        noted = self._read | self._guarded
        over = {guard for guard in self._guarded for path in noted if path.startswith(f"{guard}.")}
        return frozenset(self._read | self._guarded - over)

    def scope(self, constraint: pst.PrincipalOrResourceConstraint, name: str) -> None:
        """Note what the scope of a policy asks of its principal or resource, whose type is `name`."""
        match constraint:
            case pst.ScopeEq():
                self._read.add(f"{name}.@id")
            case pst.ScopeIn(pst.EntityUid(kind, member)) | pst.ScopeIsIn(_, pst.EntityUid(kind, member)):
                self._member([ValueOrigin("", EntityRef(name))], pst.EntityLit(pst.EntityUid(kind, member)))

    def value(self, expr: pst.Expr) -> None:
        """Note everything that is read to know the value of an expression."""
        while isinstance(expr, pst.BinaryOp) and expr.op in _LOGIC:
            self.value(expr.right)
            expr = expr.left
        for place in self._places(expr):
            self._read.update({place.path} - {""})
            if isinstance(place.type, EntityRef) and not isinstance(place, _Literal):
                self._read.add(f"{place.type.name}.@id")

    def _places(self, expr: pst.Expr) -> list[ValueOrigin]:
        """Return where the value of an expression may come from; what is read on the way is noted."""
        match expr:
            case pst.Var(name):
                return self._variable(name)
            case pst.GetAttr(base, attribute):
                return [place for owner in self._places(base) for place in self._attribute(owner, attribute)]
            case pst.IfThenElse(condition, then, otherwise):
                self.value(condition)
                return self._places(then) + self._places(otherwise)
            case pst.BinaryOp("get_tag", base, key):
                self.value(key)
                return [place for owner in self._places(base) for place in self._tags(owner)]
            case pst.EntityLit(pst.EntityUid(kind, entity)):
                return [_Literal("", EntityRef(str(kind)), entity)]
            case _:
                self._whole(expr)
                return []

    def _whole(self, expr: pst.Expr) -> None:
        """Note what an expression reads whose value is made, not found."""
        match expr:
            case pst.HasAttr(base, attributes):
                self._has(self._places(base), attributes)
            case pst.BinaryOp("has_tag", base, key):
                self.value(key)
                for owner in self._places(base):
                    self._tags(owner)
            case pst.BinaryOp("in", left, right):
                self._member(self._places(left), right)
            case pst.Is(base, _, group):
                owners = self._places(base)
                if group is not None:
                    self._member(owners, group)
            case _:
                for operand in _operands(expr):
                    self.value(operand)

    def _variable(self, name: pst.VarName) -> list[ValueOrigin]:
        match name:
            case "principal":
                return [ValueOrigin("", EntityRef(self.environment.principal))]
            case "resource":
                return [ValueOrigin("", EntityRef(self.environment.resource))]
            case "context":
                return [ValueOrigin("context", self.environment.context)]
            case "action":
                return []

    def _attribute(self, owner: ValueOrigin, name: str) -> Iterator[ValueOrigin]:
        match owner.type:
            case EntityRef(kind):
                self._through(owner)
                record, path = self.schema.entities[kind].attributes, f"{kind}.{name}"
            case RecordType():
                record, path = owner.type, f"{owner.path}.{name}"
            case _:
                return
        if name in record.attributes:
            yield ValueOrigin(path, record.attributes[name].type)

    def _tags(self, owner: ValueOrigin) -> list[ValueOrigin]:
        if not isinstance(owner.type, EntityRef):
            return []
        self._through(owner)
        path, tags = f"{owner.type.name}.@tags", self.schema.entities[owner.type.name].tags
        self._read.add(path)
        return [] if tags is None else [ValueOrigin(path, tags)]

    def _has(self, owners: list[ValueOrigin], names: tuple[str, ...]) -> None:
        for name in names:
            owners = [place for owner in owners for place in self._attribute(owner, name)]
            self._guarded.update(place.path for place in owners)

    def _member(self, owners: list[ValueOrigin], right: pst.Expr) -> None:
        """Note a test of membership: the parents of what is on the left, and which entities are asked for."""
        groups = right.elements if isinstance(right, pst.Set) else (right,)
        named = [each.value for each in groups if isinstance(each, pst.EntityLit)]
        for group in groups:
            if not isinstance(group, pst.EntityLit):
                self.value(group)
        for owner in owners:
            if isinstance(owner.type, EntityRef):
                self._through(owner)
                self._read.add(f"{owner.type.name}.@parents")
                self.members.update((owner.type.name, entity.id) for entity in named)
                self.groups.update((str(entity.type), entity.id) for entity in named)

    def _through(self, owner: ValueOrigin) -> None:
        """Note that an entity is looked into: which one it is has been read, and it must be among the facts."""
        self._read.update({owner.path} - {""})
        if isinstance(owner, _Literal) and isinstance(owner.type, EntityRef):
            self.literals.add((owner.type.name, owner.id))


@dataclass(frozen=True)
class _Literal(ValueOrigin):
    """An entity that the policy names itself."""

    id: str


def _operands(expr: pst.Expr) -> tuple[pst.Expr, ...]:
    match expr:
        case pst.BinaryOp(_, left, right):
            return (left, right)
        case pst.UnaryOp(_, operand) | pst.Like(operand, _):
            return (operand,)
        case pst.Set(elements):
            return elements
        case pst.Record(fields):
            return tuple(fields.values())
        case _:
            return ()


def truncate_before(policy: Policy, path: str, schema: Schema) -> Policy | None:
    """Return the policy cut before its first conjunct that reads `path`; None if no conjunct reads it.

    The cut policy is satisfied or in error wherever the whole one could be at some value of `path`, because
    several `when` and `unless` and the operands of `&&` are tried from left to right (`policy.md` §6).
    """
    environments = list(environments_of(policy, schema))
    kept: list[pst.Clause] = []
    for conjunct in conjuncts(policy):
        if any(_reads_path(conjunct, path, schema, environment) for environment in environments):
            return replace(policy, clauses=tuple(kept))
        kept.append(conjunct)
    return None


def _reads_path(conjunct: pst.Clause, path: str, schema: Schema, environment: Environment) -> bool:
    reader = AccessCollector(schema, environment)
    reader.value(conjunct.expr)
    return any(f"{path}.".startswith(f"{read}.") or read.startswith(f"{path}.") for read in reader.paths())
