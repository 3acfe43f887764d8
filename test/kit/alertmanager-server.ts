import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from './free-port.ts'

const BINARY = 'prometheus-alertmanager'
/** Tells nobody. */
const CONFIG = 'route:\n  receiver: nobody\nreceivers:\n  - name: nobody\n'

/** Why a test that needs the server is skipped; null when it is here. */
export const NO_ALERTMANAGER =
  spawnSync(BINARY, ['--version']).status === 0 ? null : 'apt-get install prometheus-alertmanager'

/** A real Alertmanager, alone, on a free port of loopback; gone after the body. */
export async function withAlertmanager(body: (url: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'proofload-alertmanager-'))
  const port = await freePort()
  writeFileSync(join(folder, 'alertmanager.yml'), CONFIG)
  const settings = [
    `--config.file=${join(folder, 'alertmanager.yml')}`,
    `--storage.path=${folder}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--cluster.listen-address=',
  ]
  const server = spawn(BINARY, settings, { stdio: 'ignore' })
  const exited = once(server, 'exit')
  try {
    await isReady(server, `http://127.0.0.1:${port}`)
    await body(`http://127.0.0.1:${port}`)
  } finally {
    server.kill('SIGKILL')
    await exited
    rmSync(folder, { recursive: true, force: true })
  }
}

async function isReady(server: ChildProcess, url: string): Promise<void> {
  for (;;) {
    if (server.exitCode !== null) throw new Error(`${BINARY} ended with ${server.exitCode}`)
    const answer = await fetch(`${url}/-/ready`).catch(() => null)
    if (answer?.ok === true) return
    await sleep(20)
  }
}
