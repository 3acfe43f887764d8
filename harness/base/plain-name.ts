/** Names from records, requests and command lines that become parts of paths: none may lead out of its folder. */
import * as z from 'zod'
import { HarnessError } from './errors.ts'

/**
 * Returns true for a text that may name a file or a folder: no separator, drive or control character, not hidden, not too long.
 */
export function isPlainName(text: string): boolean {
  return /^(?!\.)[^/\\:\p{Cc}]{1,200}$/u.test(text)
}

/** A schema for a name in input or stored data. */
export const plainName = z
  .string()
  .refine(isPlainName, 'it is used as a file name: no /, \\ or :, no leading dot, at most 200 characters')

/** Requires a plain name. @param what the kind of name, such as `a scenario` @throws HarnessError USAGE */
export function requirePlainName(what: string, text: string): void {
  if (isPlainName(text)) return
  throw new HarnessError('USAGE', `'${text}' cannot name ${what}`, {
    hint: 'It is used as a file name: use letters, digits, - and _.',
  })
}
