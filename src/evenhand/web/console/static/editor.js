// The editor of rules: a plain text area made good; the text area keeps the text that the form sends.
// CodeMirror is loaded when somebody begins to write: who only reads does not pay for it.
"use strict";

(() => {
  const parts = (CodeMirror) => {
    const {
      defaultKeymap, drawSelection, EditorState, EditorView, HighlightStyle, highlightActiveLine, history, historyKeymap, indentUnit,
      indentWithTab, keymap, lineNumbers, lintGutter, setDiagnostics, StreamLanguage, syntaxHighlighting, tags,
    } = CodeMirror;

    const WORDS = /^(?:permit|forbid|when|unless|principal|action|resource|context|in|is|has|like|if|then|else)$/;

    // Cedar, as far as colours go: comments, strings, annotations, words of the language, types, numbers.
    const cedar = StreamLanguage.define({
      name: "cedar",
      token(stream) {
        if (stream.eatSpace()) return null;
        if (stream.match(/^\/\/.*/)) return "comment";
        if (stream.match(/^"(?:\\.|[^"\\])*"?/)) return "string";
        if (stream.match(/^@[A-Za-z_]\w*/)) return "meta";
        if (stream.match(/^\d+/)) return "number";
        if (stream.match(/^(?:true|false)\b/)) return "bool";
        const word = stream.match(/^[A-Za-z_]\w*/);
        if (word) {
          if (WORDS.test(word[0])) return "keyword";
          return stream.match(/^::/, false) ? "typeName" : null;
        }
        stream.next();
        return null;
      },
      languageData: { commentTokens: { line: "//" } },
    });

    const colours = HighlightStyle.define([
      { tag: tags.comment, color: "var(--quiet)", fontStyle: "italic" },
      { tag: tags.string, color: "var(--good)" },
      { tag: tags.meta, color: "var(--limit)" },
      { tag: tags.keyword, color: "var(--info)", fontWeight: "600" },
      { tag: tags.typeName, color: "var(--link)" },
      { tag: [tags.number, tags.bool], color: "var(--warn)" },
    ]);

    const look = EditorView.theme({
      "&": { color: "var(--ink)", backgroundColor: "var(--card)", height: "100%", fontSize: ".88rem" },
      "&.cm-focused": { outline: "3px solid var(--focus)", outlineOffset: "2px" },
      ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.5" },
      ".cm-gutters": { color: "var(--quiet)", backgroundColor: "var(--paper)", borderColor: "var(--line)" },
      ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--hover)" },
      ".cm-cursor": { borderLeftColor: "var(--ink)" },
      "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { background: "var(--info-bg)" },
      ".cm-tooltip": { color: "var(--ink)", backgroundColor: "var(--card)", borderColor: "var(--rule)", maxWidth: "min(32rem, 90vw)" },
    });

    const HEIGHT = "display:block;height:min(70vh,48rem);border:1px solid var(--edge);border-radius:var(--round);overflow:hidden";

    // The editor is in a shadow tree: there its styles are constructed sheets, which the policy of the page allows.
    const edit = (area) => {
      const host = document.createElement("div");
      const { selectionStart: anchor, selectionEnd: head } = area;
      const writes = document.activeElement === area;
      host.style.cssText = HEIGHT;
      area.before(host);
      area.hidden = true;
      const label = area.labels[0];
      const root = host.attachShadow({ mode: "open" });
      const changed = EditorView.updateListener.of((update) => {
        if (!update.docChanged) return;
        area.value = update.state.doc.toString();
        area.dispatchEvent(new Event("input", { bubbles: true }));
      });
      const view = new EditorView({
        root,
        parent: root,
        state: EditorState.create({
          doc: area.value,
          selection: { anchor, head },
          extensions: [
            lineNumbers(), lintGutter(), history(), drawSelection(), highlightActiveLine(), indentUnit.of("  "),
            keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab]), area.dataset.language === "cedar" ? cedar : [],
            syntaxHighlighting(colours), look, changed, EditorView.lineWrapping,
            EditorView.contentAttributes.of({ "aria-label": label ? label.textContent.trim() : "Text", tabindex: "0" }),
          ],
        }),
      });
      label?.addEventListener("click", () => view.focus());
      if (writes) view.focus();
      view.dispatch({ effects: EditorView.scrollIntoView(head) });
      return view;
    };

    const offset = (state, line, column) => {
      const row = state.doc.line(Math.max(1, Math.min(line || 1, state.doc.lines)));
      return { from: Math.min(row.from + Math.max(0, (column || 1) - 1), row.to), to: row.to };
    };

    // Marks are read from the answer to a check, which the page shows below the editor as text too.
    const mark = (view) => {
      const found = [...document.querySelectorAll("[data-line]")].map((each) => {
        const place = offset(view.state, Number(each.dataset.line), Number(each.dataset.column));
        return { ...place, severity: each.dataset.severity, message: each.dataset.message };
      });
      found.sort((one, other) => one.from - other.from);
      view.dispatch(setDiagnostics(view.state, found));
    };

    const show = (view, line, column) => {
      const { from } = offset(view.state, line, column);
      view.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: "center" }) });
      view.focus();
    };

    return { edit, mark, show };
  };

  let loading = null;
  const load = (path) => {
    loading ??= new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = path;
      script.addEventListener("load", () => done(parts(CodeMirror)));
      script.addEventListener("error", failed);
      document.head.append(script);
    });
    return loading;
  };

  // A letter that is being put together of several keys is not torn apart.
  const between = (area) => new Promise((done) => {
    if (area.dataset.composing) area.addEventListener("compositionend", () => setTimeout(done), { once: true });
    else done();
  });

  document.querySelectorAll("textarea[data-editor]").forEach((area) => {
    let opened = null;
    const begin = async () => {
      const { edit, mark, show } = await load(area.dataset.editor);
      await between(area);
      const view = edit(area);
      mark(view);
      document.body.addEventListener("htmx:afterSwap", () => mark(view));
      return { view, show };
    };
    // Where the file does not come the text area stays, and the next attempt loads it again.
    const open = () => {
      opened ??= begin().catch(() => { opened = loading = null; });
      return opened;
    };
    area.addEventListener("compositionstart", () => { area.dataset.composing = "1"; });
    area.addEventListener("compositionend", () => { delete area.dataset.composing; });
    area.addEventListener("focus", open);
    if (document.activeElement === area) open();
    document.body.addEventListener("click", async (event) => {
      const place = event.target.closest("[data-line]");
      const link = event.target.closest("a");
      if (!place || !link) return;
      event.preventDefault();
      const editor = await open();
      if (editor) editor.show(editor.view, Number(place.dataset.line), Number(place.dataset.column));
      else location.assign(link.href);
    });
  });
})();
