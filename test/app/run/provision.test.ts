import * as assert from 'uvu/assert'
import { withProvisioned } from '../../../harness/app/run/provision.ts'
import type { TargetPlugin } from '../../../harness/ports/target-plugin.ts'
import { targets } from '../../../harness/targets/index.ts'
import { aLoadContext } from '../../kit/contexts.ts'
import { describe } from '../../kit/suite.ts'

/** Runs the body with an http plugin that makes something for each target, unless the target is called bad. */
async function withMaking(
  body: (made: string[], load: ReturnType<typeof aLoadContext>) => Promise<void>,
  release: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const made: string[] = []
  const plugin = targets.get('http') as { provision?: TargetPlugin['provision'] }
  plugin.provision = async ({ url }) => {
    if (url === 'bad') throw new Error('it is full')
    made.push(`made ${url}`)
    return {
      value: { of: url },
      async release() {
        made.push(`released ${url}`)
        await release()
      },
    }
  }
  try {
    const load = aLoadContext('.')
    const target = (url: string) => ({ plugin: 'http', config: { url } })
    await body(made, { ...load, plan: { ...load.plan, targets: { a: target('a'), b: target('b') } } })
  } finally {
    delete plugin.provision
  }
}

const noNote = () => undefined

describe('What a run needs', (test) => {
  test('is made before the body and removed after it', () =>
    withMaking(async (made, load) => {
      const result = await withProvisioned(load, noNote, async (provisioned) => {
        made.push('load')
        return provisioned
      })

      assert.equal(result, { a: { of: 'a' }, b: { of: 'b' } })
      assert.equal(made, ['made a', 'made b', 'load', 'released a', 'released b'])
    }))

  test('is removed when the body fails', () =>
    withMaking(async (made, load) => {
      const failed = withProvisioned(load, noNote, () => Promise.reject(new Error('aborted')))

      assert.is(await failed.catch(({ message }) => message), 'aborted')
      assert.equal(made.slice(2), ['released a', 'released b'])
    }))

  test('is removed when the rest of it cannot be made', () =>
    withMaking(async (made, load) => {
      const targets = { ...load.plan.targets, c: { plugin: 'http', config: { url: 'bad' } } }
      const failed = withProvisioned({ ...load, plan: { ...load.plan, targets } }, noNote, async () => {
        made.push('load')
      })

      assert.is(await failed.catch(({ message }) => message), 'it is full')
      assert.equal(made, ['made a', 'made b', 'released a', 'released b'])
    }))

  test('is told of when it cannot be removed, and what was measured stands', () =>
    withMaking(
      async (made, load) => {
        const notes: string[] = []
        const result = await withProvisioned(
          load,
          (note) => notes.push(note),
          () => Promise.resolve('record'),
        )

        assert.is(result, 'record')
        assert.equal(notes, [
          'target a: what was made for the run may remain: it is gone',
          'target b: what was made for the run may remain: it is gone',
        ])
        assert.is(made.length, 4)
      },
      () => Promise.reject(new Error('it is gone')),
    ))
})
