"""What operators make of terms: SQL over the columns of the wide table, of a choice the choice of what is made."""

from evenhand.policy.schema import Attribute, EntityRef, RecordType, Schema, Type
from evenhand.policy.sql import dialects as sql
from evenhand.policy.sql.columns import (
    Columns,
    Exists,
    FactPath,
    In,
    IpTest,
    Present,
    Source,
    Unstorable,
    Value,
    mask_of,
)
from evenhand.policy.sql.dialects import FALSE, TRUE, Dialect, Sql
from evenhand.policy.sql.terms import (
    AtPath,
    Choice,
    Elements,
    Known,
    NotInSql,
    Pair,
    Record,
    Scalar,
    Term,
    address_of,
    element_type,
    field_names,
    ip_text,
    is_set,
    named_entity,
    over_choices,
    path_of_term,
)
from evenhand.policy.typed.nodes import CallOp, Datetime, Decimal, Duration, Ip, Uid


class Operators:
    """Makes SQL of terms, in one dialect and over one table."""

    def __init__(self, schema: Schema, columns: Columns, dialect: Dialect) -> None:
        self._schema, self._columns, self.dialect = schema, columns, dialect
        self._made: dict[Source, Sql] = {}

    def scalar(self, term: Term) -> Sql:
        """Return a term as one value of SQL.

        Raises:
            NotInSql: it is none.
        """
        match term:
            case Scalar(made):
                return made
            case Known(value):
                return self._literal(value)
            case AtPath(FactPath(Uid(_, name), _, ())):
                return sql.text(name, self.dialect)
            case AtPath(path):
                return self.column(Value(path))
            case Choice(cond, then, other):
                return sql.choice(cond, self.scalar(then), self.scalar(other))
            case Elements() | Record():
                raise NotInSql("a written set or record inside a set of the facts")

    def column(self, source: Source) -> Sql:
        """Return the column that holds something; the same piece of SQL whenever it is asked for."""
        if source not in self._made:
            try:
                self._made[source] = sql.column(self._columns.name(source))
            except Unstorable:
                raise NotInSql("a set of records or of sets") from None
        return self._made[source]

    def chosen(self, cond: Sql, then: Term, other: Term) -> Term:
        """Return one of two terms."""
        if _is_plain(then) and _is_plain(other):
            return Scalar(sql.choice(cond, self.scalar(then), self.scalar(other)))
        return Choice(cond, then, other)

    def field(self, base: Term, name: str) -> Pair:
        """Return an attribute, ok where the base has it."""
        match base:
            case Choice(cond, then, other):
                one, two = self.field(then, name), self.field(other, name)
                return Pair(sql.choice(cond, one.ok, two.ok), self.chosen(cond, one.term, two.term))
            case Record(fields):
                return Pair(TRUE, fields[name])
            case _:
                path = path_of_term(base)
                further = path.then(name, self._attributes(path.type)[name].type)
                return Pair(self._has(base, name), AtPath(further))

    def has(self, base: Term, name: str) -> Sql:
        """Return whether an entity or record has an attribute."""
        return over_choices(lambda each: self._has(each, name), base)

    def tag(self, base: Term, key: Term, kind: Type) -> Pair:
        """Return a tag, ok where the base has it."""
        match base, key:
            case Choice(cond, then, other), _:
                one, two = self.tag(then, key, kind), self.tag(other, key, kind)
            case _, Choice(cond, then, other):
                one, two = self.tag(base, then, kind), self.tag(base, other, kind)
            case _:
                tagged = _tagged(base, key, kind)
                return Pair(self.column(Present(tagged)), AtPath(tagged))
        return Pair(sql.choice(cond, one.ok, two.ok), self.chosen(cond, one.term, two.term))

    def has_tag(self, base: Term, key: Term, kind: Type) -> Sql:
        """Return whether an entity has a tag."""
        return self.tag(base, key, kind).ok

    def member(self, left: Term, right: Term) -> Sql:
        """Return whether an entity is another, or below it, or so of one of a set."""
        return over_choices(self._member, left, right)

    def ip_test(self, op: CallOp, *args: Term) -> Sql:
        """Return what a test of addresses says."""
        return over_choices(lambda *each: self._ip_test(op, each), *args)

    def equal(self, left: Term, right: Term) -> Sql:
        """Return whether two terms of one type are equal."""
        return over_choices(self._equal, left, right)

    def contains(self, whole: Term, element: Term) -> Sql:
        """Return whether a set has an element."""
        return over_choices(self._contains, whole, element)

    def contains_all(self, left: Term, right: Term) -> Sql:
        """Return whether a set has every element of another."""
        return over_choices(self._contains_all, left, right)

    def contains_any(self, left: Term, right: Term) -> Sql:
        """Return whether two sets share an element."""
        return over_choices(self._contains_any, left, right)

    def is_empty(self, whole: Term) -> Sql:
        """Return whether a set has no element."""
        return over_choices(self._is_empty, whole)

    def _literal(self, value: bool | int | str | Decimal | Datetime | Duration | Ip) -> Sql:
        match value:
            case bool():
                return sql.boolean(value)
            case int():
                return sql.long(value)
            case str():
                return sql.text(value, self.dialect)
            case Decimal(number) | Datetime(number) | Duration(number):
                return sql.long(number)
            case Ip():
                return sql.text(ip_text(value), self.dialect)

    def _has(self, base: Term, name: str) -> Sql:
        path = path_of_term(base)
        attribute = self._attributes(path.type)[name]
        if attribute.optional:
            return self.column(Present(path.then(name, attribute.type)))
        return self.column(Exists(path)) if isinstance(path.type, EntityRef) else TRUE

    def _attributes(self, kind: Type) -> dict[str, Attribute]:
        if isinstance(kind, EntityRef):
            return dict(self._schema.entities[kind.name].attributes.attributes)
        assert isinstance(kind, RecordType), "nothing else has attributes"
        return dict(kind.attributes)

    def _member(self, left: Term, right: Term) -> Sql:
        if isinstance(right, Elements):
            return sql.either(*(self.member(left, each) for each in right.each))
        entity, above = path_of_term(left), path_of_term(right)
        return TRUE if entity == above else self.column(In(entity, above))

    def _ip_test(self, op: CallOp, args: tuple[Term, ...]) -> Sql:
        return self.column(IpTest(op, tuple(address_of(arg) for arg in args)))

    def _equal(self, left: Term, right: Term) -> Sql:
        if is_set(left):
            return self._equal_sets(left, right)
        names = field_names(left)
        if names is not None:
            return sql.both(*(self._equal_fields(self.field(left, name), self.field(right, name)) for name in names))
        one, two = named_entity(left), named_entity(right)
        if one is not None and two is not None:
            return sql.boolean(one == two)
        return sql.equal(self.scalar(left), self.scalar(right))

    def _equal_sets(self, left: Term, right: Term) -> Sql:
        one, two = self._mask(left), self._mask(right)
        if one is not None and two is not None:
            return sql.equal(one, two)
        return sql.both(self.contains_all(left, right), self.contains_all(right, left))

    def _equal_fields(self, left: Pair, right: Pair) -> Sql:
        """Return whether both are absent, or both there and equal."""
        same = self.equal(left.term, right.term)
        return sql.choice(left.ok, sql.both(right.ok, same), sql.negated(right.ok))

    def _contains(self, whole: Term, element: Term) -> Sql:
        mask = self._mask(whole)
        if mask is not None:
            return sql.has_bits(mask, self._bit(element, self._members(whole)))
        if isinstance(whole, Elements):
            return sql.either(*(self.equal(each, element) for each in whole.each))
        return sql.has(self._list(whole), self.scalar(element), self.dialect)

    def _contains_all(self, left: Term, right: Term) -> Sql:
        one, two = self._mask(left), self._mask(right)
        if one is not None and two is not None:
            return sql.has_all_bits(one, two)
        if isinstance(right, Elements):
            return sql.both(*(self.contains(left, each) for each in right.each))
        return sql.has_all(self._list(left), self._list(right), self.dialect)

    def _contains_any(self, left: Term, right: Term) -> Sql:
        one, two = self._mask(left), self._mask(right)
        if one is not None and two is not None:
            return sql.has_bits(one, two)
        if isinstance(left, Elements):
            left, right = right, left
        if isinstance(right, Elements):
            return sql.either(*(self.contains(left, each) for each in right.each))
        return sql.has_any(self._list(left), self._list(right), self.dialect)

    def _is_empty(self, whole: Term) -> Sql:
        if isinstance(whole, Elements):
            return FALSE
        mask = self._mask(whole)
        return sql.is_empty(self._list(whole), self.dialect) if mask is None else sql.equal(mask, sql.long(0))

    def _list(self, whole: Term) -> Sql:
        """Return a set as a list."""
        if isinstance(whole, Elements):
            return sql.array(self.scalar(each) for each in whole.each)
        return self.column(Value(path_of_term(whole)))

    def _mask(self, whole: Term) -> Sql | None:
        """Return a set of an enum type as a mask, None of other types."""
        members = self._members(whole)
        if not members:
            return None
        if not isinstance(whole, Elements):
            return self.column(Value(path_of_term(whole)))
        names = {named_entity(each) for each in whole.each}
        known = sum(1 << place for place, name in enumerate(members) if name in names)
        computed = [self._bit(each, members) for each in whole.each if named_entity(each) is None]
        return sql.united([sql.long(known), *computed] if known else computed)

    def _bit(self, element: Term, members: tuple[str, ...]) -> Sql:
        """Return the mask with the bit of one entity of an enum type."""
        name = named_entity(element)
        if name is not None:
            return sql.long(1 << members.index(name))
        found, bit = self.scalar(element), sql.long(0)
        for place, member in enumerate(members):
            bit = sql.choice(sql.equal(found, sql.text(member, self.dialect)), sql.long(1 << place), bit)
        return bit

    def _members(self, whole: Term) -> tuple[str, ...]:
        element = element_type(whole)
        return () if element is None else mask_of(element, self._schema)


def _is_plain(term: Term) -> bool:
    """Return whether nothing but its one value will ever be asked of a term; a text may be the key of a tag."""
    return isinstance(term, Scalar) or (isinstance(term, Known) and not isinstance(term.value, Ip | str))


def _tagged(base: Term, key: Term, kind: Type) -> FactPath:
    if not isinstance(key, Known) or not isinstance(key.value, str):
        raise NotInSql("a tag's key that is not written in the rule")
    return path_of_term(base).then(key.value, kind, tag=True)
