/** A foreign server of HTTP/2: nginx, where it is installed. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pause } from './children.ts'
import { freePort } from './free-port.ts'

const COMMAND = 'nginx'

/** Why nginx cannot serve HTTP/2 here; null when it can. */
export function whyNoNginx(): string | null {
  const { error, stderr } = spawnSync(COMMAND, ['-V'], { encoding: 'utf8' })
  if (error !== undefined) return 'nginx is not installed'
  return stderr.includes('http_v2_module') ? null : 'this nginx was built without HTTP/2'
}

/** An nginx that answers `ok` over HTTP/2 without TLS, and is gone after the body. @param directives of its server block */
export async function withNginx(directives: string, body: (url: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'proofload-nginx-'))
  const port = await freePort()
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join(' ')
  writeFileSync(
    join(folder, 'nginx.conf'),
    `worker_processes 1; daemon off; error_log stderr crit; pid ${folder}/pid;
events { worker_connections 512; }
http { access_log off; ${temporary}
  server { listen 127.0.0.1:${port} http2; ${directives} location / { return 200 "ok"; } } }
`,
  )
  const child = spawn(COMMAND, ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: 'ignore' })
  try {
    await listens(port, child)
    await body(`http://127.0.0.1:${port}`)
  } finally {
    if (child.exitCode === null) {
      const exit = once(child, 'exit')
      child.kill('SIGTERM')
      await exit
    }
    rmSync(folder, { recursive: true, force: true })
  }
}

async function listens(port: number, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    const socket = connect(port, '127.0.0.1')
    const isThere = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true))
      socket.once('error', () => resolve(false))
    })
    socket.destroy()
    if (isThere) return
    await pause(20)
  }
  throw new Error(`nginx ended with ${child.exitCode}`)
}
