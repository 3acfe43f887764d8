/** A command line as people write it, taken apart without a shell: words, quotes, and nothing else. */

/** Characters that mean something to a shell and nothing here. */
const SHELL_ONLY = /[|&;<>()$`*?]/

const PART = /(?<space>\s+)|"(?<double>[^"]*)"|'(?<single>[^']*)'|(?<bare>[^\s"']+)|(?<open>["'])/g

/** The words of a command; null where only a shell would understand it, or a quote is left open. */
export function commandWords(text: string): string[] | null {
  const words: string[] = []
  let isNewWord = true
  for (const { groups: { space, double, single, bare, open } = {} } of text.matchAll(PART)) {
    if (open !== undefined || SHELL_ONLY.test(bare ?? '')) return null
    const part = double ?? single ?? bare ?? ''
    // What follows without a space is part of the same word: --name="two words".
    if (space === undefined) words.push(isNewWord ? part : `${words.pop()}${part}`)
    isNewWord = space !== undefined
  }
  return words.length === 0 ? null : words
}
