import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'

/** Why tests against a real Prometheus cannot run here; null when they can. */
export const PROMETHEUS_ABSENT = isInstalled()
  ? null
  : 'no prometheus here (apt-get install -y --no-install-recommends prometheus)'

function isInstalled(): boolean {
  try {
    execFileSync('prometheus', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

export interface PrometheusServer {
  readonly url: string
  stop(): Promise<void>
}

/** A value of an instant query, by its labels. */
export interface PrometheusValue {
  readonly metric: Readonly<Record<string, string>>
  readonly value: number
}

/** Asks a Prometheus. @param atS calendar time in seconds; absent: now */
export async function askPrometheus(url: string, query: string, atS?: number): Promise<PrometheusValue[]> {
  const asked = new URLSearchParams({ query, ...(atS === undefined ? {} : { time: String(atS) }) })
  const answer = (await (await fetch(`${url}/api/v1/query?${asked}`)).json()) as {
    readonly error?: string
    readonly data?: {
      readonly result: readonly {
        metric: Record<string, string>
        value?: [number, string]
        histogram?: [number, { count: string }]
      }[]
    }
  }
  if (answer.data === undefined) throw new Error(`${query}: ${answer.error}`)
  return answer.data.result.map(({ metric, value, histogram }) => ({
    metric,
    value: Number(value?.[1] ?? histogram?.[1].count),
  }))
}

/** Returns the calendar time in seconds of the last sample of some series. */
export async function lastSampleOf(url: string, selector: string): Promise<number> {
  const asked = new URLSearchParams({ query: `${selector}[10m]` })
  const answer = (await (await fetch(`${url}/api/v1/query?${asked}`)).json()) as {
    readonly data?: { readonly result: readonly { readonly values: readonly [number, string][] }[] }
  }
  const times = (answer.data?.result ?? []).flatMap(({ values }) => values.map(([atS]) => atS))
  if (times.length === 0) throw new Error(`Prometheus has no sample of ${selector}`)
  return Math.max(...times)
}

/** A real Prometheus on a port of its own that scrapes one page every second, under the job `page`. @param flags more of its command line */
export async function startPrometheus(
  page: URL,
  port?: number,
  flags: readonly string[] = [],
): Promise<PrometheusServer> {
  const folder = mkdtempSync(join(tmpdir(), 'proofload-test-'))
  const listens = port ?? (await freePort())
  const config = `
global: { scrape_interval: 1s, scrape_timeout: 1s }
scrape_configs:
  - { job_name: page, metrics_path: ${page.pathname}, static_configs: [{ targets: ['${page.host}'] }] }
`
  writeFileSync(join(folder, 'prometheus.yml'), config)
  const child = spawn(
    'prometheus',
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${listens}`,
      ...flags,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  await ready(child)
  return {
    url: `http://127.0.0.1:${listens}`,
    async stop() {
      const exit = once(child, 'exit')
      child.kill('SIGKILL')
      await exit
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** @throws Error with what it said when it ends instead */
async function ready(child: ChildProcess): Promise<void> {
  let log = ''
  await new Promise<void>((resolve, reject) => {
    child.stderr?.on('data', (chunk) => {
      log += chunk
      if (log.includes('Server is ready to receive web requests')) resolve()
    })
    child.once('exit', (status) => reject(new Error(`prometheus ended with ${status}:\n${log}`)))
  })
}
