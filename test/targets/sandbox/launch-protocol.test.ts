import * as assert from 'uvu/assert'
import {
  launchMessageSchema,
  sandboxOptionsSchema,
} from '../../../harness/targets/sandbox/launch-protocol.ts'
import { describe } from '../../kit/suite.ts'

describe('the launch protocol', (test) => {
  test('fills in a free port and no faults', () => {
    assert.equal(sandboxOptionsSchema.parse({ seed: 3, scratchDir: '/somewhere' }), {
      port: 0,
      seed: 3,
      faults: {},
      scratchDir: '/somewhere',
    })
  })

  test('refuses options it does not know or cannot use', () => {
    for (const wrong of [{ prot: 7070 }, { port: 70_000 }, { seed: 0.5 }, { faults: { slow: 2 } }])
      assert.not.ok(sandboxOptionsSchema.safeParse({ seed: 3, scratchDir: '/somewhere', ...wrong }).success)
  })

  test('knows two messages', () => {
    assert.ok(launchMessageSchema.safeParse({ kind: 'listening', url: 'http://127.0.0.1:1' }).success)
    assert.ok(launchMessageSchema.safeParse({ kind: 'failed', message: 'no', hint: null }).success)
    assert.not.ok(launchMessageSchema.safeParse({ kind: 'ready' }).success)
  })
})
