/** Nothing of the server for assistants is loaded by who does not ask for it. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import * as assert from 'uvu/assert'
import { describe } from '../kit/suite.ts'

const HARNESS = new URL('../../harness/', import.meta.url).pathname

/** Files and packages that a module loads as it is loaded: static imports that are not types alone. */
function loadedBy(...entries: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>()
  const open = entries.map((entry) => resolve(HARNESS, entry))
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (found.has(file)) continue
    found.add(file)
    if (!existsSync(file)) continue
    const text = readFileSync(file, 'utf8')
    for (const [, names = '', from = ''] of text.matchAll(
      /^(?:import|export)\s+(type\s)?[^'"]*?from\s+'([^']+)'/gm,
    )) {
      if (names !== '') continue
      open.push(from.startsWith('.') ? resolve(dirname(file), from) : from)
    }
  }
  return found
}

const isOfServer = (file: string) =>
  file.startsWith('@modelcontextprotocol') || relative(HARNESS, file).startsWith('app/mcp/')

describe('The server for assistants', (test) => {
  test('is not loaded by help, by a run or by the dashboard', () => {
    for (const entry of [
      'cli/program.ts',
      'cli/run.ts',
      'cli/serve.ts',
      'index.ts',
      'cluster/shard-worker.ts',
    ]) {
      const loaded = loadedBy(entry)
      assert.ok(loaded.size > 5, entry)
      assert.equal([...loaded].filter(isOfServer), [], entry)
    }
  })

  test('is loaded by its own command, when it runs', () => {
    assert.ok([...loadedBy('app/mcp/serve-mcp.ts')].some((file) => file.startsWith('@modelcontextprotocol')))
    assert.equal(
      [...loadedBy('cli/mcp.ts')].filter((file) => file.startsWith('@modelcontextprotocol')),
      [],
    )
  })
})
