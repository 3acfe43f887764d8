import { readFileSync, writeFileSync } from 'node:fs'
import * as assert from 'uvu/assert'

/** Holds a text against a file; `UPDATE_GOLDEN=1` writes the file instead, and the difference is for people to look at. */
export function assertGolden(text: string, file: URL): void {
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, text)
  assert.fixture(text, readFileSync(file, 'utf8'))
}
