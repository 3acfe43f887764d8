import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { has, watchPinned } from '../kit/processes.ts'
import { commandLine, firstLine, GENERATOR_CORE, type Peer } from './peer.ts'

/** The yardstick: C, one thread, the least a request can reasonably cost. */
export const wrk: Peer = {
  name: 'wrk',
  install: 'apt-get install wrk',
  version: () =>
    has('wrk')
      ? firstLine(execFileSync('sh', ['-c', 'wrk -v 2>&1 || true'], { encoding: 'utf8' })).slice(0, 20)
      : null,

  async closed(work) {
    const script = work.json === undefined ? null : postScript(work.json)
    return withScript(script, async (args) => {
      const command = ['wrk', '-t1', `-c${work.connections}`, `-d${work.seconds}s`, ...args, work.url]
      const run = await watchPinned({ command, cores: GENERATOR_CORE })
      const { requests, requestsPerSec } = parse(run.stdout, run.stderr)
      const fromMs = run.startedMs + work.warmUpSeconds * 1000
      const toMs = run.startedMs + work.seconds * 1000 - 200
      const cpuMs = run.cpuMsBetween(fromMs, toMs)
      if (requests === 0) throw new Error(`wrk had no answer:\n${run.stdout}`)
      return {
        requestsPerSec,
        cpuUsPerRequest: (cpuMs * 1e6) / ((toMs - fromMs) * requestsPerSec),
        command: commandLine(command),
      }
    })
  },

  users: (work) =>
    withScript(`function delay() return ${work.thinkMs} end\n`, async (args) => {
      const command = ['wrk', '-t1', `-c${work.users}`, `-d${work.seconds}s`, '--latency', ...args, work.url]
      const run = await watchPinned({ command, cores: GENERATOR_CORE })
      const { p99Ms } = parse(run.stdout, run.stderr)
      return { p99Ms, peakRssBytes: run.peakRssBytes, command: commandLine(command) }
    }),
}

function postScript(json: string): string {
  return `wrk.method = 'POST'\nwrk.headers['Content-Type'] = 'application/json'\nwrk.body = [==[${json}]==]\n`
}

async function withScript<T>(script: string | null, body: (args: string[]) => Promise<T>): Promise<T> {
  if (script === null) return body([])
  const folder = mkdtempSync(join(tmpdir(), 'proofload-wrk-'))
  try {
    const file = join(folder, 'work.lua')
    writeFileSync(file, script)
    return await body(['-s', file])
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function parse(stdout: string, stderr: string) {
  const requests = Number(/(\d+) requests in/.exec(stdout)?.[1])
  const requestsPerSec = Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1])
  if (Number.isNaN(requestsPerSec)) throw new Error(`wrk said something else:\n${stdout}\n${stderr}`)
  const p99 = /99%\s+([\d.]+)(us|ms|s)/.exec(stdout)
  const factor = { us: 1e-3, ms: 1, s: 1e3 }[p99?.[2] ?? 'ms'] ?? 1
  return { requests, requestsPerSec, p99Ms: p99 === null ? null : Number(p99[1]) * factor }
}
