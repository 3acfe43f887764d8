/** Names whose values are secret, in headers, fields and settings, in any spelling. */

/** The endings of secret names, in small letters and without separators. */
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

/** Returns true for the name of a secret: `Set-Cookie`, `x_api_key`, `clientSecret`, `DB_PASSWORD`. */
export function isSecretName(name: string): boolean {
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, '')
  return ENDINGS.some((ending) => plain.endsWith(ending))
}

/** Matches a header with its value to the end of the line, as in the dump of a request. */
const HEADER_LINE = /((?:authorization|cookie)["']?\s*[:=]\s*["']?)[^"'\r\n]+/gi
/** Matches `password=x`, `"api_key": "x"`, `token: x`. */
const ASSIGNMENT =
  /((?:(?:api|access|private|signing)[-_]?key|passw(?:or)?d|passphrase|secret|token)["']?\s*[:=]\s*["']?)[^\s"',;&)\]}]+/gi
/** Matches the password of `redis://user:password@host`. */
const USER_INFO = /(:\/\/[^\s/@:]*:)[^\s/@]+@/g
const SCHEME = /\b(Bearer|Basic) +[\w.~+/=-]{8,}/g

/** Masks the values beside such names in a text. */
export function maskNamed(text: string, mask: string): string {
  return text
    .replace(USER_INFO, `$1${mask}@`)
    .replace(HEADER_LINE, `$1${mask}`)
    .replace(ASSIGNMENT, `$1${mask}`)
    .replace(SCHEME, `$1 ${mask}`)
}
