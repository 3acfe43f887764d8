const WORDS = ['The', ' model', ' of', ' the', ' sandbox', ' says', ' one', ' word', ' a', ' token', '.']

/** Returns token `index` of every answer. */
export function wordOf(index: number): string {
  return WORDS[index % WORDS.length] as string
}

/** Counts the tokens of a text, one a word. */
export function wordCountOf(text: string): number {
  return text.match(/\S+/g)?.length ?? 0
}
