/** Names of a scenario for what has other names elsewhere. */

const CHARS_MAX = 60

/** Makes names of letters, digits and hyphens, each only once. */
export class Names {
  readonly #taken = new Set<string>()

  /** @param text what it is called elsewhere @param otherwise its name when nothing of the text can be one */
  of(text: string, otherwise: string): string {
    const plain = nameOf(text) || otherwise
    for (let n = 1; ; n++) {
      const name = n === 1 ? plain : `${plain}-${n}`
      if (this.#taken.has(name)) continue
      this.#taken.add(name)
      return name
    }
  }
}

/** Makes a name of a text: `Get all Items` -> `get-all-items`; '' when nothing of it can be one. */
export function nameOf(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/([a-z\d])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[^a-z\d]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, CHARS_MAX)
    .replace(/-+$/, '')
}

/** Makes names of variables, each only once: `cart id` -> `cartId`. */
export class VariableNames {
  readonly #taken = new Set<string>()

  of(text: string): string {
    const plain = variableOf(text)
    for (let n = 1; ; n++) {
      const name = n === 1 ? plain : `${plain}${n}`
      if (this.#taken.has(name)) continue
      this.#taken.add(name)
      return name
    }
  }
}

/** Makes a name of a variable: letters, digits and _, with a letter first. */
export function variableOf(text: string): string {
  const words = text.split(/[^A-Za-z\d_]+/).filter((word) => word !== '')
  const joined = words
    .map((word, i) => (i === 0 ? word : `${word[0]?.toUpperCase() ?? ''}${word.slice(1)}`))
    .join('')
    .slice(0, CHARS_MAX)
  return /^[A-Za-z_]/.test(joined) ? joined : `value${joined}`
}

/** The singular of a plural as paths have it: `items` -> `item`. */
export function singular(word: string): string {
  if (/ies$/i.test(word)) return word.replace(/ies$/i, 'y')
  if (/(?:ss|us|is)$/i.test(word)) return word
  return word.replace(/s$/i, '')
}
