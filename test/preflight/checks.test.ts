import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { createSystemClock } from '../../harness/base/clock.ts'
import type { PreflightContext } from '../../harness/ports/preflight.ts'
import { preflightChecks, runPreflight } from '../../harness/preflight/index.ts'
import { targets } from '../../harness/targets/index.ts'
import { aPlan } from '../kit/builders.ts'
import { startHttpServer } from '../kit/servers.ts'
import { describe } from '../kit/suite.ts'

const cwd = mkdtempSync(join(tmpdir(), 'proofload-preflight-'))

async function context(
  changes: Partial<PreflightContext> = {},
): Promise<{ context: PreflightContext; close: () => Promise<void> }> {
  const server = await startHttpServer((_request, response) => response.end('ok'))
  const config = targets.get('http').configSchema.parse({ url: server.url })
  return {
    close: () => server.close(),
    context: {
      plan: aPlan({ targets: { main: { plugin: 'http', config } } }),
      threads: 1,
      outDir: join(cwd, 'reports'),
      cwd,
      env: {},
      machine: {
        cores: 4,
        memoryTotalBytes: 8e9,
        memoryAvailableBytes: 4e9,
        loadAverage1m: 0.1,
        openFilesLimit: 20_000,
        ephemeralPorts: 28_000,
      },
      clock: createSystemClock(),
      target: (name) => targets.get(name),
      ...changes,
    },
  }
}

async function blockedBy(changes: Partial<PreflightContext>, name: string) {
  const made = await context(changes)
  const findings = await runPreflight(made.context)
  await made.close()
  return findings.find((finding) => finding.check === name && finding.level === 'blocked')
}

const http = (url: string) => ({
  main: { plugin: 'http', config: targets.get('http').configSchema.parse({ url }) },
})
const machine = {
  cores: 4,
  memoryTotalBytes: 8e9,
  memoryAvailableBytes: 4e9,
  loadAverage1m: 0.1,
  openFilesLimit: 20_000,
  ephemeralPorts: 28_000,
}

describe('Preflight', (test) => {
  test('finds nothing wrong with a sound plan', async () => {
    const made = await context()
    const findings = await runPreflight(made.context)
    await made.close()
    assert.equal([...new Set(findings.map(({ check }) => check))], preflightChecks.names)
    assert.equal(
      findings.filter(({ level }) => level === 'blocked'),
      [],
    )
  })

  test('blocks what cannot be reached, and says how to go on', async () => {
    const finding = await blockedBy(
      { plan: aPlan({ targets: http('http://127.0.0.1:9') }) },
      'target-reachable',
    )
    assert.match(finding?.hint ?? '', '--target')
  })

  test('blocks a target that answers with a server error', async () => {
    const server = await startHttpServer((_request, response) => response.writeHead(503).end())
    assert.match(
      (await blockedBy({ plan: aPlan({ targets: http(server.url) }) }, 'target-reachable'))?.message ?? '',
      '503',
    )
    await server.close()
  })

  test('blocks hosts that nobody allowed, and does not contact them', async () => {
    const plan = aPlan({ targets: http('http://192.0.2.7') })
    assert.match((await blockedBy({ plan }, 'hosts-allowed'))?.hint ?? '', '--allow-host 192.0.2.7')
    assert.is(await blockedBy({ plan }, 'target-reachable'), undefined)
  })

  test('takes loopback in every spelling as allowed', async () => {
    const { isLoopback } = await import('../../harness/preflight/hosts-allowed.ts')
    assert.equal(
      ['localhost', '127.0.0.1', '127.9.9.9', '[::1]', '128.0.0.1', '127.evil.example'].map(isLoopback),
      [true, true, true, true, false, false],
    )
  })

  test('blocks more connections than files, ports or memory allow', async () => {
    const plan = aPlan({ targets: http('http://127.0.0.1:9'), workload: { agents: 30_000 } })
    assert.match((await blockedBy({ plan }, 'open-files'))?.hint ?? '', 'ulimit -n')
    assert.ok(await blockedBy({ plan }, 'ephemeral-ports'))
    assert.ok(
      await blockedBy({ plan, machine: { ...machine, memoryAvailableBytes: 2e8 } }, 'memory-headroom'),
    )
  })

  test('counts a shared pool as what it is', async () => {
    const plan = aPlan({
      targets: http('http://127.0.0.1:9'),
      connections: 100,
      workload: { agents: 30_000 },
    })
    assert.is(await blockedBy({ plan }, 'open-files'), undefined)
  })

  test('blocks missing secrets and takes those from the environment or a file', async () => {
    const plan = aPlan({ secrets: ['TOKEN'], targets: http('http://127.0.0.1:9') })
    assert.match((await blockedBy({ plan }, 'secrets-present'))?.hint ?? '', 'TOKEN_FILE')
    assert.is(await blockedBy({ plan, env: { TOKEN: 'x' } }, 'secrets-present'), undefined)
    assert.is(await blockedBy({ plan, env: { TOKEN_FILE: '/x' } }, 'secrets-present'), undefined)
  })

  test('blocks a port that is taken', async () => {
    const server = await startHttpServer(() => undefined)
    const port = Number(new URL(server.url).port)
    const plan = aPlan({ targets: { main: { plugin: 'sandbox', config: { port } } } })
    assert.ok(await blockedBy({ plan }, 'ports-free'))
    await server.close()
  })

  test('blocks a folder that cannot be written', async () => {
    const file = join(cwd, 'a-file')
    writeFileSync(file, '')
    assert.match((await blockedBy({ outDir: file }, 'disk-writable'))?.hint ?? '', '--out')
  })

  test('blocks while load is halted, saying who, when and why', async () => {
    const halted = mkdtempSync(join(tmpdir(), 'proofload-halted-'))
    mkdirSync(join(halted, '.proofload'))
    writeFileSync(
      join(halted, '.proofload', 'emergency.json'),
      JSON.stringify({ state: 'HALT', by: 'ann', at: 'noon', reason: 'fire' }),
    )
    assert.match((await blockedBy({ cwd: halted }, 'emergency-halt'))?.message ?? '', /ann at noon: fire/)
  })

  test('blocks a hopeless number of threads and only advises on a busy machine', async () => {
    assert.ok(await blockedBy({ threads: 64 }, 'cpu-headroom'))
    assert.is(await blockedBy({ machine: { ...machine, loadAverage1m: 9 } }, 'cpu-headroom'), undefined)
  })
})
