/** Tells whether a subject falls under a filter, in which * stands for one word and a last > for one or more. */
export function matchesSubject(filter: string, subject: string): boolean {
  const wanted = filter.split('.')
  const words = subject.split('.')
  for (let i = 0; i < wanted.length; i++) {
    if (wanted[i] === '>') return i < words.length
    if (i >= words.length || (wanted[i] !== '*' && wanted[i] !== words[i])) return false
  }
  return wanted.length === words.length
}
