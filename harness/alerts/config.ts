/**
 * Parts of the configuration of channels. Every text may contain `{{secret.NAME}}`; it is validated again once that is filled in.
 */
import * as z from 'zod'

const SECRET = /\{\{\s*secret\.[\w.-]+\s*\}\}/

/** The URL at which a service receives alerts. */
export const webUrl = z
  .string()
  .refine(
    (text) => SECRET.test(text) || isWebUrl(text),
    'an http(s) URL without a password in it, or {{secret.NAME}} that holds one',
  )

/** A mail address: `team@example.org` or `Team <team@example.org>`. */
export const mailAddress = z
  .string()
  .refine(
    (text) => SECRET.test(text) || /^[^@\r\n]+@[^@\r\n]+$/.test(text),
    'an address such as team@example.org, or {{secret.NAME}} that holds one',
  )

/** A key or password, usually `{{secret.NAME}}`. */
export const key = z.string().min(1, 'not empty')

function isWebUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, username, password } = new URL(text)
  return ['http:', 'https:'].includes(protocol) && username === '' && password === ''
}
