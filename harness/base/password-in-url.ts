/** Returns false for a URL with a user or a password, which records and reports would show. What is no URL holds none. */
export function holdsNoPassword(text: string): boolean {
  if (!URL.canParse(text)) return true
  const { username, password } = new URL(text)
  return username === '' && password === ''
}
