import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const file = (name: string) => fileURLToPath(new URL(`./certificates/${name}`, import.meta.url))

/** A certificate for localhost and 127.0.0.1 that nobody but a test trusts, valid until 2120. Its key protects nothing. */
export const LOCALHOST_CERT_FILE = file('localhost.cert.pem')
/** The file of its key. */
export const LOCALHOST_KEY_FILE = file('localhost.key.pem')
/** One for the name localhost, and not for its address. */
export const ONLY_NAME_CERT_FILE = file('only-name.cert.pem')
export const ONLY_NAME_KEY_FILE = file('only-name.key.pem')
export const LOCALHOST_TLS = {
  cert: readFileSync(LOCALHOST_CERT_FILE, 'utf8'),
  key: readFileSync(LOCALHOST_KEY_FILE, 'utf8'),
} as const
