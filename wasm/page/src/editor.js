// CodeMirror with what both the program's editor and the prompt use: Scheme's syntax, and names of the system.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentSelection } from "@codemirror/commands";
import { HighlightStyle, StreamLanguage, bracketMatching, indentOnInput, syntaxHighlighting }
  from "@codemirror/language";
import { scheme } from "@codemirror/legacy-modes/mode/scheme";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, WidgetType, drawSelection, highlightActiveLine, highlightActiveLineGutter,
  highlightSpecialChars, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const language = StreamLanguage.define({
  ...scheme,
  languageData: { commentTokens: { line: ";" }, closeBrackets: { brackets: ["(", "[", "\""] } },
});

const colours = HighlightStyle.define([
  { tag: tags.comment, color: "var(--comment)" },
  { tag: tags.string, color: "var(--string)" },
  { tag: [tags.number, tags.atom, tags.bool, tags.character], color: "var(--constant)" },
  { tag: [tags.keyword, tags.standard(tags.variableName)], color: "var(--keyword)" },
]);

// Colours are variables of page.css, so that light and dark need no theme each.
const look = EditorView.theme({
  "&": { color: "var(--text)", backgroundColor: "var(--paper)" },
  "&.cm-focused": { outline: "none" },
  ".cm-content": { caretColor: "var(--text)" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground":
    { backgroundColor: "var(--selection)" },
  ".cm-gutters": { color: "var(--faint)", backgroundColor: "var(--paper)", border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--active)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--match)", outline: "none" },
  "&.cm-focused .cm-nonmatchingBracket": { backgroundColor: "var(--mismatch)" },
  ".cm-tooltip": { color: "var(--text)", backgroundColor: "var(--panel)", border: "1px solid var(--line)" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { color: "var(--on-accent)", backgroundColor: "var(--accent)" },
  ".cm-panels": { color: "var(--text)", backgroundColor: "var(--panel)" },
});

/// Completes names of the system, which `names()` promises, and those in the text.
function completion(names) {
  const word = /[^\s()[\]{}"';`,]+/;
  return autocompletion({
    icons: false,
    defaultKeymap: false,  // the prompt's own keys come first
    override: [async (context) => {
      const before = context.matchBefore(word);
      if (before === null || (before.to - before.from < 2 && !context.explicit)) return null;
      const text = context.state.doc.toString();
      const own = new Set(text.match(new RegExp(word, "g")).filter((w) => /^[^\d#]/.test(w) && w !== before.text));
      for (const name of await names()) own.add(name);
      const options = [...own].map((label) => ({ label }));
      return { from: before.from, options, validFor: new RegExp(`^${word.source}$`) };
    }],
  });
}

/// What both have in common. `label` is for screen readers, `keys` come before CodeMirror's own.
export const common = (label, names, keys) => [
  keymap.of(keys),
  highlightSpecialChars(),
  history(),
  drawSelection(),
  indentOnInput(),
  bracketMatching(),
  closeBrackets(),
  language,
  syntaxHighlighting(colours),
  look,
  completion(names),
  EditorView.lineWrapping,
  EditorView.contentAttributes.of(
    { "aria-label": label, autocapitalize: "off", autocorrect: "off", spellcheck: "false" }),
  keymap.of([{ key: "Mod-i", run: indentSelection, preventDefault: true }, ...completionKeymap, ...closeBracketsKeymap,
    ...defaultKeymap, ...historyKeymap]),
];

class ErrorWidget extends WidgetType {
  constructor(message) {
    super();
    this.message = message;
  }
  eq(other) {
    return other.message === this.message;
  }
  toDOM() {
    const element = document.createElement("div");
    element.className = "cm-error";
    element.textContent = this.message;
    return element;
  }
}

const setError = StateEffect.define();
const errorField = StateField.define({
  create: () => Decoration.none,
  update(decorations, transaction) {
    for (const effect of transaction.effects) {
      if (!effect.is(setError)) continue;
      if (effect.value === undefined) return Decoration.none;
      const { message, from, to } = effect.value;
      return Decoration.set([
        ...(from < to ? [Decoration.mark({ class: "cm-errorPlace" }).range(from, to)] : []),
        Decoration.widget({ widget: new ErrorWidget(message), block: true, side: 1 })
          .range(transaction.state.doc.lineAt(to).to),
      ], true);
    }
    return transaction.docChanged ? Decoration.none : decorations;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/// The editor of programs.
export class ProgramEditor {
  view;
  #extensions;

  /// `changed()` is called after each change by the user.
  constructor(parent, names, keys, changed) {
    this.#extensions = [
      lineNumbers(), highlightActiveLineGutter(), highlightActiveLine(), highlightSelectionMatches(),
      common("Program", names, keys), keymap.of(searchKeymap), errorField,
      EditorView.updateListener.of((update) => {
        if (update.docChanged) changed();
      }),
    ];
    this.view = new EditorView({ parent, extensions: this.#extensions });
  }

  get text() {
    return this.view.state.doc.toString();
  }
  /// Another text, without a history.
  show(text) {
    this.view.setState(EditorState.create({ doc: text, extensions: this.#extensions }));
  }
  /// The range of the selection; without one, that of the form around the cursor that begins a line.
  get selection() {
    const { from, to, empty } = this.view.state.selection.main;
    if (!empty) return { from, to };
    const starts = [...this.text.matchAll(/^[^\s;]/gm)].map((match) => match.index);
    const next = starts.findIndex((start) => start > from);
    const last = next < 0 ? starts.length : next;
    return { from: starts[last - 1] ?? 0, to: starts[last] ?? this.text.length };
  }
  clearError() {
    this.view.dispatch({ effects: setError.of(undefined) });
  }
  /// Marks the place of an error and shows its message below it.
  showError(message, from, to) {
    const { length } = this.view.state.doc;
    this.view.dispatch({
      effects: [setError.of({ message, from: Math.min(from, length), to: Math.min(to, length) }),
        EditorView.scrollIntoView(Math.min(from, length), { y: "center" })],
    });
  }
  go(position) {
    this.view.dispatch({ selection: { anchor: position }, scrollIntoView: true });
    this.view.focus();
  }
  lineOf(position) {
    return this.view.state.doc.lineAt(Math.min(position, this.view.state.doc.length)).number;
  }
}
