import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { modulePlugin } from '../../harness/rollback/module.ts'
import { anUndoContext, failureOf } from '../kit/rollback.ts'
import { withScratch } from '../kit/sandbox.ts'
import { describe } from '../kit/suite.ts'

/** Undoes with a module of this text. */
async function undoBy(folder: string, text: string, settings: object = {}) {
  await writeFile(join(folder, 'undo.ts'), text)
  const context = anUndoContext(folder, { env: { PATH: process.env['PATH'], REGION: 'eu', KEY: 'hidden' } })
  return modulePlugin.undo({ module: 'undo.ts', ...settings }, context)
}

describe('module', (test) => {
  test("calls the author's own undo with what it is about, and reports what it says", () =>
    withScratch(async (folder) => {
      await writeFile(join(folder, 'names.ts'), 'export const service: string = "checkout"')
      const { message } = await undoBy(
        folder,
        `import { service } from './names.ts'
         interface Told { readonly runId: string; readonly reason: string; readonly idempotencyKey: string }
         export async function undo(context: Told): Promise<string> {
           console.log('looking at', service)
           return JSON.stringify([context, process.env.REGION, process.env.KEY ?? null])
         }`,
        { env: ['REGION'] },
      )
      const [first, second = ''] = message.split('\n')

      assert.is(first, 'looking at checkout')
      assert.equal(JSON.parse(second), [
        {
          rollbackId: 'rollback-1',
          runId: 'run-1',
          scenario: 'checkout',
          correlationId: 'correlation-1',
          reason: 'p99 was 900ms',
          idempotencyKey: 'rollback-1/default',
        },
        'eu',
        null,
      ])
    }))

  test('fails with what was thrown, at its line', () =>
    withScratch(async (folder) => {
      const failure = await failureOf(
        undoBy(folder, `export const undo = () => {\n  throw new Error('nothing to go back to')\n}`),
      )

      assert.is(failure.code, 'ROLLBACK_FAILED')
      assert.match(failure.message, /nothing to go back to/)
      assert.match(failure.message, /undo\.ts:2/)
    }))

  test('can crash or hang without taking anybody along', () =>
    withScratch(async (folder) => {
      const crash = await failureOf(undoBy(folder, 'export const undo = () => process.abort()'))
      const hang = await failureOf(
        undoBy(folder, 'export const undo = () => { for (;;); }', { timeout: '1500ms' }),
      )

      assert.match(crash.message, /ended with SIGABRT/)
      assert.match(hang.message, /did not end within 1\.5s and was killed/)
    }))

  test('ends when undo has ended, whatever it left open', () =>
    withScratch(async (folder) => {
      const { message } = await undoBy(folder, 'export const undo = () => { setInterval(() => {}, 1000) }')
      assert.is(message, 'undo() of undo.ts succeeded')
    }))

  test('says what is wrong with a module that has no undo, does not compile, or is not there', () =>
    withScratch(async (folder) => {
      const none = await failureOf(undoBy(folder, 'export const redo = 1'))
      const broken = await failureOf(undoBy(folder, 'export const undo = ('))
      const absent = await failureOf(modulePlugin.undo({ module: 'absent.ts' }, anUndoContext(folder)))

      assert.match(none.message, /does not export a function undo/)
      assert.match(broken.message, /undo\.ts cannot be compiled/)
      assert.is(absent.code, 'ROLLBACK_FAILED')
      assert.match(absent.message, /absent\.ts/)
      assert.is(modulePlugin.describe({ module: './undo.ts' }), 'call undo() of ./undo.ts')
    }))
})
