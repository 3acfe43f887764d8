/** Names from records, requests and command lines that become parts of paths: none leads out of its folder. */
import { z } from 'zod'
import { HarnessError } from './errors.ts'

/** Whether a text may name a file or a folder: no separator, drive or control character, not hidden, and no longer than systems take. */
export function isPlainName(text: string): boolean {
  return /^(?!\.)[^/\\:\p{Cc}]{1,200}$/u.test(text)
}

/** A name in what is read from outside or stored. */
export const plainName = z
  .string()
  .refine(isPlainName, 'it names a file: no /, \\ or :, no dot in front, and at most 200 characters')

/** @param what the name is of, such as `a scenario` @throws HarnessError USAGE */
export function requirePlainName(what: string, text: string): void {
  if (isPlainName(text)) return
  throw new HarnessError('USAGE', `'${text}' cannot name ${what}`, {
    hint: 'It names a file: use letters, digits, - and _.',
  })
}
