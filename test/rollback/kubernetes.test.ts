import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { kubernetesPlugin } from '../../harness/rollback/kubernetes.ts'
import { anUndoContext, failureOf } from '../kit/rollback.ts'
import { withScratch } from '../kit/sandbox.ts'
import { describe } from '../kit/suite.ts'

/** A kubectl that writes down its arguments and then does what the script says. */
async function stubKubectl(folder: string, script: string): Promise<string> {
  const file = join(folder, 'kubectl')
  await writeFile(file, `#!/bin/sh\necho "$@" >> ${join(folder, 'calls')}\n${script}\n`, { mode: 0o755 })
  return file
}

const callsOf = async (folder: string) => (await readFile(join(folder, 'calls'), 'utf8')).trim().split('\n')

const FULL = {
  workload: 'deployment/checkout',
  namespace: 'shop',
  context: 'staging',
  toRevision: 7,
  timeout: '90s',
}

describe('kubernetes', (test) => {
  test('undoes the rollout, then waits until it is rolled out', () =>
    withScratch(async (folder) => {
      const kubectl = await stubKubectl(folder, 'echo "deployment.apps/checkout $2 ok"')
      const { message } = await kubernetesPlugin.undo({ ...FULL, kubectl }, anUndoContext(folder))

      assert.equal(await callsOf(folder), [
        'rollout undo deployment/checkout --namespace shop --context staging --to-revision=7',
        'rollout status deployment/checkout --namespace shop --context staging --timeout=90s',
      ])
      assert.is(message, 'deployment.apps/checkout undo ok\ndeployment.apps/checkout status ok')
    }))

  test('shows exactly that before it is done', () => {
    assert.is(
      kubernetesPlugin.describe(FULL),
      'kubectl rollout undo deployment/checkout --namespace shop --context staging --to-revision=7 && kubectl rollout status deployment/checkout --namespace shop --context staging --timeout=90s',
    )
    assert.is(
      kubernetesPlugin.describe({ workload: 'statefulset/db' }),
      'kubectl rollout undo statefulset/db && kubectl rollout status statefulset/db --timeout=300s',
    )
  })

  test('fails when the undo fails, and does not wait for what was not begun', () =>
    withScratch(async (folder) => {
      const kubectl = await stubKubectl(folder, 'echo "error: no rollout history found" >&2; exit 1')
      const failure = await failureOf(kubernetesPlugin.undo({ ...FULL, kubectl }, anUndoContext(folder)))

      assert.is(failure.code, 'ROLLBACK_FAILED')
      assert.match(failure.message, /ended with status 1\nerror: no rollout history found/)
      assert.is((await callsOf(folder)).length, 1)
    }))

  test('fails when it does not roll out', () =>
    withScratch(async (folder) => {
      const kubectl = await stubKubectl(
        folder,
        'if [ "$2" = status ]; then echo "error: timed out waiting for the condition" >&2; exit 1; fi',
      )
      const failure = await failureOf(kubernetesPlugin.undo({ ...FULL, kubectl }, anUndoContext(folder)))

      assert.match(failure.message, /rollout status .* ended with status 1\nerror: timed out waiting/)
    }))

  test('refuses a workload that could be an option or several words', () => {
    for (const workload of ['checkout', '--all/x', 'deployment/-x', 'deployment/a b', 'deployment/'])
      assert.not.ok(kubernetesPlugin.configSchema.safeParse({ workload }).success, workload)
  })
})
