// The engine in the browser: the same decisions as on the server, from the wire of an item or a form. No dependency.

export { compileItem } from "./items.js";
export { compileForm } from "./forms.js";
export { compileCondition } from "./conditions.js";
export { compileExpression } from "./expressions.js";
export { because, describe, instead } from "./words.js";
