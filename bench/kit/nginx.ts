/** A foreign server to load: nginx with one worker on core 0, a constant 149-byte JSON answer, over HTTP and HTTPS. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../test/kit/free-port.ts'
import { end, startPinned } from './processes.ts'

export interface Nginx {
  readonly url: string
  readonly secureUrl: string
  readonly version: string
  close(): Promise<void>
}

const BODY = JSON.stringify({
  id: 42,
  name: 'item',
  tags: ['a', 'b', 'c'],
  price: 12.5,
  stock: 7,
  note: 'an answer of one hundred and forty-nine bytes, as ENGINE measures it',
}).padEnd(149)

/** Starts nginx in a folder of its own. @param cores as for taskset */
export async function startNginx(cores = '0'): Promise<Nginx> {
  const folder = mkdtempSync(join(tmpdir(), 'proofload-nginx-'))
  const port = await freePort()
  const securePort = await freePort()
  execFileSync(
    'openssl',
    'req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -keyout key.pem -out cert.pem'.split(' '),
    { cwd: folder, stdio: 'ignore' },
  )
  writeFileSync(
    join(folder, 'nginx.conf'),
    `worker_processes 1; daemon off; error_log stderr crit; pid ${folder}/pid; worker_rlimit_nofile 20000;
events { worker_connections 19000; }
http {
  access_log off; keepalive_requests 1000000000; keepalive_timeout 3600s;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fcgi;
  uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  server {
    listen 127.0.0.1:${port} backlog=4096;
    listen 127.0.0.1:${securePort} ssl backlog=4096;
    ssl_certificate ${folder}/cert.pem; ssl_certificate_key ${folder}/key.pem;
    location / { default_type application/json; return 200 '${BODY}'; }
  }
}
`,
  )
  const child = startPinned({ command: ['nginx', '-c', join(folder, 'nginx.conf'), '-p', folder], cores })
  const url = `http://127.0.0.1:${port}/`
  for (let attempt = 0; ; attempt++) {
    try {
      await fetch(url)
      break
    } catch (error) {
      if (attempt === 50) throw error
      await sleep(100)
    }
  }
  return {
    url,
    secureUrl: `https://127.0.0.1:${securePort}/`,
    version: execFileSync('sh', ['-c', 'nginx -v 2>&1'], { encoding: 'utf8' }).trim(),
    async close() {
      await end(child)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
