// What went wrong, for the program that uses Scheme.

/// `kind` says what it is; index.d.ts lists the kinds.
export class SchemeError extends Error {
  constructor(kind, message, details = {}) {
    const { irritants = [], condition, who, status } = details;
    // What a JavaScript function threw is an irritant of the condition.
    const thrown = kind === "condition" ? irritants.find((irritant) => irritant instanceof Error) : undefined;
    const { cause = thrown } = details;
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
    this.irritants = irritants;
    this.condition = condition;
    this.who = who;
    this.status = status;
  }
}
SchemeError.prototype.name = "SchemeError";
