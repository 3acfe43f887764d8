import { readFileSync } from 'node:fs'
import { OWN_PACKAGE } from '../../base/own-files.ts'

/** Version of this package. */
export const VERSION = (
  JSON.parse(readFileSync(new URL('package.json', OWN_PACKAGE), 'utf8')) as { version: string }
).version
