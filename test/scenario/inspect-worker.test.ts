import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { Inspection } from '../../harness/scenario/inspect-worker.ts'
import { withFiles } from '../kit/scenario-documents.ts'
import { describe } from '../kit/suite.ts'

const WORKER = new URL('../../harness/scenario/inspect-worker.ts', import.meta.url).href

/** Inspects in a process of its own, whose console it takes over. */
async function inspected(text: string): Promise<{ inspection: Inspection; stdout: string; stderr: string }> {
  let found: { inspection: Inspection; stdout: string; stderr: string } | undefined
  await withFiles({ 'a.mjs': text }, async (folder) => {
    const code = `import { inspectModule } from '${WORKER}'
      const inspection = await inspectModule(${JSON.stringify(join(folder, 'a.mjs'))})
      process.stdout.write('\\u0000' + JSON.stringify(inspection))`
    const child = spawnSync(process.execPath, [...process.execArgv, '--input-type=module', '--eval', code], {
      encoding: 'utf8',
    })
    const [stdout = '', json = ''] = child.stdout.split('\u0000')
    found = { inspection: JSON.parse(json) as Inspection, stdout, stderr: child.stderr }
  })
  return found as NonNullable<typeof found>
}

describe('inspectModule', (test) => {
  test('describes a scenario as data: functions by their place, nothing where there is undefined', async () => {
    const { inspection } = await inspected(
      'export default { a: [() => 1, { b() {} }], c: undefined, d: null, e: Symbol.for("s"), f: 1 }',
    )

    assert.equal(inspection, {
      kind: 'scenario',
      document: { a: [{ $code: 'a.0' }, { b: { $code: 'a.1.b' } }], d: null, e: 'Symbol(s)', f: 1 },
    })
  })

  test('lets the same object stand in two places, but not within itself', async () => {
    const shared = 'const s = { x: 1 }; export default { a: s, b: s }'

    assert.equal((await inspected(shared)).inspection, {
      kind: 'scenario',
      document: { a: { x: 1 }, b: { x: 1 } },
    })
    assert.is((await inspected('const s = {}; s.s = s; export default s')).inspection.kind, 'threw')
  })

  test('keeps what authors print away from stdout, which may be a verdict', async () => {
    const { stdout, stderr } = await inspected(
      'console.log("hello"); console.error("there"); export default {}',
    )

    assert.is(stdout, '')
    assert.match(stderr, /hello\nthere/)
  })

  test('says what it found instead of a scenario', async () => {
    assert.equal((await inspected('export const a = 1')).inspection, {
      kind: 'no-scenario',
      found: 'no default export',
    })
  })
})
