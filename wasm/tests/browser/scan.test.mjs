// What the page's prompt takes for complete.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isComplete } from "../../page/src/scan.js";

test("complete and incomplete forms", () => {
  for (const text of ["", "x", "(a)", "[a (b)]", "(a))", "\"a(\"", "\"\\\"(\"", "#\\(", "#\\[ x", "#\\\"", "; (", "(a) ; (",
    "|a(b|", "#| ( |#", "#| #| ( |# |#", "(a #\\( )", "#\\space", "'(a . b)", "a\n(b)\n", "#;(a)", "(a \"#|\")", "#\\;",
    "(a #\\))"]) {
    assert.equal(isComplete(text), true, text);
  }
  for (const text of ["(", "(a [b)", "\"a", "\"a\\\"", "#| ", "#| #| |#", "|a", "(a ; )",
    "(a \")\"", "(a #\\)", "(a |)|"]) {
    assert.equal(isComplete(text), false, text);
  }
});
