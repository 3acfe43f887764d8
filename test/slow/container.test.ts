import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { inWorkplace } from '../kit/cli.ts'
import { judgedOutput, okIn } from '../kit/judged-output.ts'
import { HAS_NATS, startNats } from '../kit/nats-server.ts'
import { withRawServer } from '../kit/raw-server.ts'
import { isInstalled } from '../kit/server-process.ts'
import { describe } from '../kit/suite.ts'
import { until } from '../kit/until.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'
const USER = 10_001
const MEMORY_BYTES = 256 * 1024 ** 2
const missing = ['buildah', 'runc', 'umoci'].filter((program) => !isInstalled(program, '--version'))

const run = (program: string, args: readonly string[], cwd = ROOT) =>
  execFileSync(program, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

/** What an image of a distribution brings: node, its libraries, a shell and small tools, all of this machine. */
function makeBase(folder: string): void {
  for (const program of ['node', 'sh', 'cp', 'mkdir', 'chmod']) {
    const path = run('sh', ['-c', `command -v ${program}`]).trim()
    const libraries = run('ldd', [path]).match(/\/[^\s:]+/g) ?? []
    for (const file of [path, ...libraries]) {
      mkdirSync(join(folder, dirname(file)), { recursive: true })
      cpSync(file, join(folder, file), { dereference: true })
    }
  }
  mkdirSync(join(folder, 'tmp'))
  if (!existsSync(join(folder, 'bin'))) symlinkSync('usr/bin', join(folder, 'bin'))
}

/** The build of this checkout with its production dependencies, as the image's own build would make it. */
function makePrebuilt(folder: string): void {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean; devOptional?: boolean }>
  }
  for (const [path, { dev, devOptional }] of Object.entries(packages)) {
    const isTop = path.startsWith('node_modules/') && path.lastIndexOf('node_modules/') === 0
    if (!isTop || dev === true || devOptional === true || !existsSync(join(ROOT, path))) continue
    mkdirSync(join(folder, dirname(path)), { recursive: true })
    cpSync(join(ROOT, path), join(folder, path), { recursive: true })
  }
  cpSync(join(ROOT, 'dist'), join(folder, 'dist'), { recursive: true })
}

/** Builds the image from its Containerfile and unpacks it; returns the folder of the bundle. */
function build(scratch: string): string {
  const at = (name: string) => join(scratch, name)
  const store = ['--storage-driver', 'vfs', '--root', at('store'), '--runroot', at('run')]
  const buildah = (...args: string[]) => run('buildah', [...store, ...args]).trim()
  makeBase(at('base'))
  makePrebuilt(at('prebuilt'))
  const container = buildah('from', 'scratch')
  buildah('copy', '-q', container, at('base'), '/')
  buildah('commit', '-q', '--format', 'docker', container, 'localhost/base')
  buildah(
    ...['bud', '--isolation', 'chroot', '--format', 'docker', '--pull-never', '-q'],
    ...['--volume', `${at('prebuilt')}:/prebuilt:ro`, '--build-arg', 'PREBUILT=/prebuilt'],
    ...['--build-arg', 'BASE=localhost/base', '-t', 'localhost/worker'],
    ...['-f', join(ROOT, 'deploy/container/Containerfile'), ROOT],
  )
  const { Docker } = JSON.parse(buildah('inspect', '--type', 'image', 'localhost/worker')) as {
    Docker: { config: { User: string; StopSignal: string; Healthcheck: { Test: string[] } } }
  }
  const { User, StopSignal, Healthcheck } = Docker.config
  assert.equal([User, StopSignal, Healthcheck.Test[0]], ['10001:10001', 'SIGTERM', 'CMD'])
  buildah('push', '-q', 'localhost/worker', `oci:${at('image')}:worker`)
  run('umoci', ['unpack', '--image', `${at('image')}:worker`, at('bundle')])
  return at('bundle')
}

interface RuntimeConfig {
  process: {
    terminal: boolean
    args: string[]
    env: string[]
    capabilities: object
    noNewPrivileges: boolean
  }
  root: { readonly: boolean }
  mounts: { destination: string; type?: string; source?: string; options?: string[] }[]
  linux: { namespaces: { type: string }[]; resources: object }
}

/** Runs a command of the image with little: no rights, a read-only root, a limit of memory; its network is this machine's. */
function inContainer(
  bundle: string,
  name: string,
  args: readonly string[],
  env: readonly string[],
): ChildProcess {
  const file = join(bundle, 'config.json')
  const config = JSON.parse(readFileSync(file, 'utf8')) as RuntimeConfig
  const places = ['/tmp', '/spill'].map((destination) => {
    const source = join(bundle, '..', `place-${name}${destination.replace('/', '-')}`)
    mkdirSync(source)
    chownSync(source, USER, USER)
    return { destination, type: 'bind', source, options: ['rbind', 'rw'] }
  })
  const others = config.mounts.filter(
    ({ destination, type }) => type !== 'sysfs' && !['/tmp', '/spill', '/work'].includes(destination),
  )
  const wanted: RuntimeConfig = {
    ...config,
    process: {
      ...config.process,
      ...{ terminal: false, args: [...args], env: [...config.process.env, ...env], capabilities: {} },
      noNewPrivileges: true,
    },
    root: { ...config.root, readonly: true },
    mounts: [...others, ...places],
    linux: {
      namespaces: config.linux.namespaces.filter(({ type }) => type !== 'network'),
      resources: { memory: { limit: MEMORY_BYTES }, cpu: { quota: 100_000, period: 100_000 } },
    },
  }
  writeFileSync(file, JSON.stringify(wanted))
  return spawn('runc', ['--root', join(bundle, '..', 'runc'), 'run', name], {
    cwd: bundle,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** All that a process says, and its end. */
function followed(child: ChildProcess) {
  const said: string[] = []
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => said.push(text))
  const ended = once(child, 'close').then(([status]) => status as number)
  return { text: () => said.join(''), ended, isOver: () => child.exitCode !== null }
}

const LOOK = `const fs = require('node:fs')
const write = (file) => { try { fs.writeFileSync(file, ''); return 'ok' } catch (error) { return error.code } }
const rights = /CapEff:\\s*(\\w+)/.exec(fs.readFileSync('/proc/self/status', 'utf8'))[1]
console.log(JSON.stringify([process.getuid(), process.constrainedMemory(), write('/x'), write('/opt/proofload/x'), write('/tmp/x'), write('/spill/x'), rights]))`

describe('The image of a worker', (test) => {
  if (missing.length > 0 || !HAS_NATS) {
    test.skip('is built and serves a run', 'apt-get install buildah runc umoci nats-server')
    return
  }

  test('is built by its Containerfile, may write next to nothing, and serves a run from inside', () =>
    inWorkplace(async (place) => {
      const bundle = build(join(place.path, 'image'))
      const look = followed(inContainer(bundle, 'look', ['node', '-e', LOOK], []))
      assert.is(await look.ended, 0, look.text())
      assert.equal(JSON.parse(look.text()), [
        ...[USER, MEMORY_BYTES, 'EROFS', 'EROFS', 'ok', 'ok', '0000000000000000'],
      ])

      const broker = await startNats()
      const on = `nats://127.0.0.1:${broker.port}/main`
      const command = ['node', '/opt/proofload/dist/cli/main.js', 'worker', '--spill', '/spill', '--once']
      const worker = followed(
        inContainer(
          bundle,
          'worker',
          [...command, '--threads', '1', '--name', 'inside'],
          [`PROOFLOAD_POOL=${on}`],
        ),
      )
      try {
        await withRawServer(
          (socket) => socket.write(OK),
          async ({ url, requests }) => {
            await until(() => worker.text().includes('waits at') || worker.isOver())
            const options = ['--rate', '20/s', '--duration', '3s', '--on', on, '--workers', '1', '--json']
            const { record } = judgedOutput(place, await place.run('run', `${url}/at`, ...options))
            assert.is(record.status, 'complete')
            assert.equal(
              record.hosts.map(({ worker: name, epochs }) => [name, epochs[0]?.end]),
              [['inside', 'finished']],
            )
            assert.is(okIn(record), requests.filter((head) => head.startsWith('GET /at ')).length)
          },
        )
        assert.is(await worker.ended, 0, worker.text())
      } finally {
        await broker.stop()
      }
    }))
})
