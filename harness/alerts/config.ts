/** Parts of the configuration of channels. Every text may hold `{{secret.NAME}}`; it is checked again once that is filled in. */
import { z } from 'zod'

const SECRET = /\{\{\s*secret\.[\w.-]+\s*\}\}/

/** Where a service takes alerts. */
export const webUrl = z
  .string()
  .refine(
    (text) => SECRET.test(text) || isWebUrl(text),
    'an http(s) URL without a password in it, or {{secret.NAME}} that holds one',
  )

/** `team@example.org` or `Team <team@example.org>` */
export const mailAddress = z
  .string()
  .refine(
    (text) => SECRET.test(text) || /^[^@\r\n]+@[^@\r\n]+$/.test(text),
    'an address such as team@example.org, or {{secret.NAME}} that holds one',
  )

/** A key or password, as a rule `{{secret.NAME}}`. */
export const key = z.string().min(1, 'not empty')

function isWebUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, username, password } = new URL(text)
  return ['http:', 'https:'].includes(protocol) && username === '' && password === ''
}
