/** Text with `{{variables}}`: cut into pieces once, put together once per request. `\\{{` stands for braces themselves. */

/** Looks a `{{variable}}` up; undefined when it is not set. */
export type VariableLookup = (name: string) => string | undefined

/** Makes a value safe for the place it stands in. */
export type Encode = (text: string) => string

interface Slot {
  readonly name: string
  readonly encode: Encode
  /** Makes the text in the place of a variable; null: a variable it is. */
  readonly make: ((variables: VariableLookup) => string) | null
}

const NO_SLOTS: readonly Slot[] = []
/** A variable in a text: any name without braces, unless a backslash stands before it. */
export const VARIABLE = /(?<!\\)\{\{\s*([^{}]+?)\s*\}\}/g
/** A string of a JSON text that is a typed variable and nothing else. */
const TYPED = /"\{\{=\s*([^{}]+?)\s*\}\}"/g
/** Escaped braces; in a JSON text the backslash itself is escaped. */
const ESCAPED_BRACES = /\\{1,2}\{\{/g
/** A secret, whatever is declared about it. */
const SECRET = /\{\{(secret\.[\w-]+)(?:\?[^{}]*)?\}\}/g

/** Returns the name in a `{{= name}}`, which asks for the value in its own type, or in a `{{name}}`. */
export function nameOfVariable(written: string): string {
  return written.replace(/^=\s*/, '')
}

/** A request needs a variable that its agent does not have. */
export class UnsetVariable extends Error {
  override readonly name = 'UnsetVariable'

  constructor(variable: string) {
    super(`the variable '${variable}' is not set`)
  }
}

/** Makes a template of a text: `Template.parse` for steps, whose texts may hold `{{variables}}`, `Template.ofCode` for code. */
export type MakeTemplate = (text: string, encode?: Encode, encodeLiteral?: Encode) => Template

/** Literals around slots: one more literal than slots. */
export class Template {
  readonly #literals: readonly string[]
  readonly #slots: readonly Slot[]

  private constructor(literals: readonly string[], slots: readonly Slot[]) {
    this.#literals = literals
    this.#slots = slots
  }

  /** Text that never changes. */
  static of(text: string): Template {
    return new Template([text], NO_SLOTS)
  }

  /** Text of code: braces mean nothing in it, except for what `secret('NAME')` left. Otherwise as `parse`. */
  static ofCode(text: string, encode: Encode = unchanged, encodeLiteral: Encode = unchanged): Template {
    if (text.includes('{{secret.')) return Template.#cut(text, SECRET, encode, encodeLiteral)
    return new Template([encodeLiteral(text)], NO_SLOTS)
  }

  /** Cuts the text at its `{{name}}`s. Values go through `encode`, the text around them through `encodeLiteral`. */
  static parse(text: string, encode: Encode = unchanged, encodeLiteral: Encode = unchanged): Template {
    return Template.#cut(text, VARIABLE, encode, (literal) =>
      encodeLiteral(literal.replace(ESCAPED_BRACES, '{{')),
    )
  }

  /** Cuts a JSON text: a string that is `{{= name}}` alone becomes the value in its own type, any other variable a part of its string. */
  static parseJson(text: string): Template {
    const parts: Template[] = []
    let from = 0
    for (const match of text.matchAll(TYPED)) {
      parts.push(Template.parse(text.slice(from, match.index), encodeInJsonString))
      parts.push(
        new Template(['', ''], [{ name: match[1] as string, encode: encodeAsJsonValue, make: null }]),
      )
      from = match.index + match[0].length
    }
    return Template.join([...parts, Template.parse(text.slice(from), encodeInJsonString)])
  }

  /** Text that is made of another one as a whole. */
  static through(inner: Template, encode: Encode): Template {
    const { constant } = inner
    return constant === null
      ? Template.#made((variables) => encode(inner.render(variables)))
      : Template.of(encode(constant))
  }

  /** Text that is read anew each time. */
  static live(read: () => string): Template {
    return Template.#made(read)
  }

  static #made(make: (variables: VariableLookup) => string): Template {
    return new Template(['', ''], [{ name: '', encode: unchanged, make }])
  }

  static #cut(text: string, pattern: RegExp, encode: Encode, encodeLiteral: Encode): Template {
    const literals: string[] = []
    const slots: Slot[] = []
    let from = 0
    for (const match of text.matchAll(pattern)) {
      literals.push(encodeLiteral(text.slice(from, match.index)))
      slots.push({ name: nameOfVariable(match[1] as string), encode, make: null })
      from = match.index + match[0].length
    }
    literals.push(encodeLiteral(text.slice(from)))
    return new Template(literals, slots)
  }

  static join(parts: readonly Template[]): Template {
    const literals: string[] = []
    const slots: Slot[] = []
    let last = ''
    for (const part of parts) {
      const [first = '', ...others] = part.#literals
      last += first
      for (const literal of others) {
        literals.push(last)
        last = literal
      }
      slots.push(...part.#slots)
    }
    return new Template([...literals, last], slots)
  }

  /** The text when it has no variables, else null. */
  get constant(): string | null {
    return this.#slots.length === 0 ? (this.#literals[0] as string) : null
  }

  /** @throws UnsetVariable */
  render(variables: VariableLookup): string {
    let text = this.#literals[0] as string
    for (let i = 0; i < this.#slots.length; i++) {
      const { name, encode, make } = this.#slots[i] as Slot
      const value = make === null ? variables(name) : make(variables)
      if (value === undefined) throw new UnsetVariable(name)
      text += encode(value) + this.#literals[i + 1]
    }
    return text
  }
}

function unchanged(text: string): string {
  return text
}

/** For a value that stands inside a string of a JSON document. */
export function encodeInJsonString(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}

const JSON_SCALAR = /^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)$/

/** For a value that stands in a JSON document by itself: a number, a truth value, null, a document, or else a string. */
export function encodeAsJsonValue(text: string): string {
  return JSON_SCALAR.test(text) || isJsonDocument(text) ? text : JSON.stringify(text)
}

function isJsonDocument(text: string): boolean {
  if (!/^[[{]/.test(text)) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
