import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { NATIVE_PARTS, nativePart } from '../../harness/bundle/native-part.ts'
import { failureOf } from '../kit/rollback.ts'
import { withScratch } from '../kit/sandbox.ts'
import { describe } from '../kit/suite.ts'

describe('A part that no single file can hold', (test) => {
  test('is taken from the packages of the project', () =>
    withScratch(async (folder) => {
      const own = join(folder, 'node_modules', 'sharp')
      await mkdir(own, { recursive: true })
      await writeFile(join(own, 'index.js'), 'module.exports = { name: "sharp of the project" }')

      assert.equal(nativePart('sharp', folder), { name: 'sharp of the project' })
    }))

  for (const name of Object.keys(NATIVE_PARTS) as (keyof typeof NATIVE_PARTS)[])
    test(`is an error with a way out where it is absent: ${name}`, () =>
      withScratch(async (folder) => {
        const error = await failureOf(Promise.resolve().then(() => nativePart(name, folder)))

        assert.equal([error.code, error.exitCode], ['PART_MISSING', 4])
        assert.match(error.message, `it is not installed in ${folder}`)
        assert.match(error.hint ?? '', `npm install ${name}`)
      }))

  test('that does not load says so, and not that it is absent', () =>
    withScratch(async (folder) => {
      const own = join(folder, 'node_modules', 'libsql')
      await mkdir(own, { recursive: true })
      await writeFile(join(own, 'index.js'), 'throw new Error("made for another system")')

      const error = await failureOf(Promise.resolve().then(() => nativePart('libsql', folder)))
      assert.match(error.message, 'it cannot be loaded')
    }))
})
