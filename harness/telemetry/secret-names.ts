/** Names whose values are nobody's business, whatever they are: of headers, fields and settings, however they are spelt. */

/** What the name of a secret ends with, in small letters and without separators. */
const ENDINGS = [
  'authorization',
  'cookie',
  'cookies',
  'apikey',
  'accesskey',
  'privatekey',
  'signingkey',
  'password',
  'passwords',
  'passwd',
  'passphrase',
  'pwd',
  'secret',
  'token',
  'credential',
  'credentials',
]

/** `Set-Cookie`, `x_api_key`, `clientSecret`, `DB_PASSWORD`: whether what goes by this name is to be hidden. */
export function isSecretName(name: string): boolean {
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, '')
  return ENDINGS.some((ending) => plain.endsWith(ending))
}

/** A header with its value to the end of the line, as in the dump of a request. */
const HEADER_LINE = /((?:authorization|cookie)["']?\s*[:=]\s*["']?)[^"'\r\n]+/gi
/** `password=x`, `"api_key": "x"`, `token: x`. */
const ASSIGNMENT =
  /((?:(?:api|access|private|signing)[-_]?key|passw(?:or)?d|passphrase|secret|token)["']?\s*[:=]\s*["']?)[^\s"',;&)\]}]+/gi
/** The password of `redis://user:password@host`. */
const USER_INFO = /(:\/\/[^\s/@:]*:)[^\s/@]+@/g
const SCHEME = /\b(Bearer|Basic) +[\w.~+/=-]{8,}/g

/** Text without the values that stand beside such names in it. */
export function maskNamed(text: string, mask: string): string {
  return text
    .replace(USER_INFO, `$1${mask}@`)
    .replace(HEADER_LINE, `$1${mask}`)
    .replace(ASSIGNMENT, `$1${mask}`)
    .replace(SCHEME, `$1 ${mask}`)
}
