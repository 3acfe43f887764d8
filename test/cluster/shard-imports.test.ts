import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import * as assert from 'uvu/assert'
import { describe } from '../kit/suite.ts'

const HARNESS = join(new URL('../..', import.meta.url).pathname, 'harness')
const IMPORT = /^(?:import|export) (?!type\b)[^'"]*?from '(\.[^']+)'/gm

/** All files that a file loads when it is imported, itself included: not what it imports later, by `import()`. */
function loadedBy(file: string, found = new Set<string>()): Set<string> {
  const path = resolve(HARNESS, file)
  if (found.has(path) || !existsSync(path)) return found
  found.add(path)
  for (const [, target = ''] of readFileSync(path, 'utf8').matchAll(IMPORT))
    loadedBy(join(dirname(path), target), found)
  return found
}

describe('The thread of a shard', (test) => {
  test('loads nothing that only plugins from outside need', () => {
    const loaded = [...loadedBy('cluster/shard-worker.ts')].map((path) => relative(HARNESS, path))

    assert.ok(loaded.includes('targets/outside/targets-of.ts'), 'the imports were not followed')
    assert.equal(
      loaded.filter((path) => /open-plugins|define-plugin|bundle-|scenario\/plugins/.test(path)),
      [],
    )
  })

  test('knows no broker, and neither does a run: who stays on one machine pays nothing for more of them', () => {
    for (const entry of ['cluster/shard-worker.ts', 'cli/run.ts']) {
      const loaded = [...loadedBy(entry)]
      assert.ok(loaded.length > 50, 'the imports were not followed')
      assert.equal(
        loaded.filter((path) => readFileSync(path, 'utf8').includes("from '@nats-io/")),
        [],
      )
    }
  })
})
