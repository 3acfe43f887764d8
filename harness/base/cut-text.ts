/** Returns the text, cut to a number of characters; what was cut is shown by `…`. No character is divided. */
export function cutText(text: string, charsMax: number): string {
  const characters = [...text]
  return characters.length <= charsMax ? text : `${characters.slice(0, charsMax - 1).join('')}…`
}
