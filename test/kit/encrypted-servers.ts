/** Servers of tests that take encrypted connections alone, with a certificate for localhost that nobody but a test trusts. */
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import { type AddressInfo, connect } from 'node:net'
import { join } from 'node:path'
import { getuid } from 'node:process'
import { createServer } from 'node:tls'
import { isInstalled, ServerProcess } from './server-process.ts'
import { ONLY_NAME_CERT_FILE, ONLY_NAME_KEY_FILE } from './tls.ts'

/** A server for the time of a test. */
export interface EncryptedServer {
  readonly port: number
  stop(): Promise<void>
}

/** The way to start one. */
export interface ServerKind {
  readonly isThere: boolean
  /** Why a test is skipped where it is not. */
  readonly hint: string
  start(): Promise<EncryptedServer>
}

const NOBODY = 65_534
const POSTGRES_FOLDERS = '/usr/lib/postgresql'
const isRoot = getuid?.() === 0

/** PostgreSQL does not run for root. */
const asNobody = isRoot ? ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'] : []

function postgresProgram(name: string): string {
  const versions = existsSync(POSTGRES_FOLDERS) ? readdirSync(POSTGRES_FOLDERS) : []
  return versions.map((version) => join(POSTGRES_FOLDERS, version, 'bin', name)).find(existsSync) ?? name
}

function run([program = '', ...args]: readonly string[]): void {
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program}: ${error?.message ?? stderr}`)
}

/** A copy of the key that only its user may read, as servers want it. */
function ownKey(folder: string): string {
  const key = join(folder, 'key.pem')
  copyFileSync(ONLY_NAME_KEY_FILE, key)
  chmodSync(key, 0o600)
  return key
}

function postgresCommand(port: number, folder: string): string[] {
  const data = join(folder, 'data')
  const key = ownKey(folder)
  if (isRoot) for (const path of [folder, key]) chownSync(path, NOBODY, NOBODY)
  const user = ['--username=postgres', '--auth=trust', '--locale=C', '--no-sync']
  run([...asNobody, postgresProgram('initdb'), '-D', data, ...user])
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    ssl: 'on',
    ssl_cert_file: ONLY_NAME_CERT_FILE,
    ssl_key_file: key,
  }
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  return [...asNobody, postgresProgram('postgres'), '-D', data, '-p', `${port}`, ...options]
}

function mysqlCommand(port: number, folder: string): string[] {
  const data = `--datadir=${join(folder, 'data')}`
  const user = isRoot ? ['--user=root'] : []
  const login = '--auth-root-authentication-method=normal'
  run(['mariadb-install-db', '--no-defaults', data, ...user, login, '--skip-test-db'])
  return [
    ...['mariadbd', '--no-defaults', data, ...user, '--bind-address=127.0.0.1', `--port=${port}`],
    ...[`--socket=${join(folder, 'socket')}`, '--require-secure-transport'],
    ...[`--ssl-cert=${ONLY_NAME_CERT_FILE}`, `--ssl-key=${ownKey(folder)}`],
  ]
}

function redisCommand(port: number, folder: string): string[] {
  return [
    ...['redis-server', '--port', '0', '--tls-port', `${port}`, '--bind', '127.0.0.1', '--dir', folder],
    ...['--save', '', '--tls-cert-file', ONLY_NAME_CERT_FILE, '--tls-key-file', ONLY_NAME_KEY_FILE],
    ...['--tls-auth-clients', 'no'],
  ]
}

function natsCommand(port: number): string[] {
  const tls = ['--tls', '--tlscert', ONLY_NAME_CERT_FILE, '--tlskey', ONLY_NAME_KEY_FILE]
  return ['nats-server', '-a', '127.0.0.1', '-p', `${port}`, ...tls]
}

function mosquittoCommand(port: number, folder: string): string[] {
  const file = join(folder, 'mosquitto.conf')
  const tls = [`certfile ${ONLY_NAME_CERT_FILE}`, `keyfile ${ONLY_NAME_KEY_FILE}`]
  const user = isRoot ? ['user root'] : []
  writeFileSync(file, [`listener ${port} 127.0.0.1`, ...tls, ...user, 'allow_anonymous true', ''].join('\n'))
  return ['mosquitto', '-c', file]
}

/** A program of its own on a free port. */
function program(
  name: string,
  packageName: string,
  command: (port: number, folder: string) => string[],
): ServerKind {
  return {
    isThere: isInstalled(name, '--version'),
    hint: `no ${name}; apt-get install ${packageName}`,
    start: () => ServerProcess.start(command),
  }
}

/** TLS in front of a server of this machine. */
export function encryptedBefore(port: number, isThere: boolean, hint: string): ServerKind {
  return {
    isThere,
    hint,
    start: async () => {
      const server = createServer(
        { cert: readFileSync(ONLY_NAME_CERT_FILE), key: readFileSync(ONLY_NAME_KEY_FILE) },
        (socket) => {
          const inner = connect(port, '127.0.0.1')
          for (const end of [socket, inner]) end.on('error', () => undefined)
          for (const end of [socket, inner])
            end.on('close', () => {
              socket.destroy()
              inner.destroy()
            })
          socket.pipe(inner).pipe(socket)
        },
      )
      server.on('tlsClientError', () => undefined)
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      return {
        port: (server.address() as AddressInfo).port,
        stop: () => new Promise((resolve) => server.close(() => resolve())),
      }
    },
  }
}

export const ENCRYPTED = {
  postgres: program(postgresProgram('postgres'), 'postgresql', postgresCommand),
  mysql: program('mariadbd', 'mariadb-server', mysqlCommand),
  redis: program('redis-server', 'redis-server', redisCommand),
  nats: program('nats-server', 'nats-server', natsCommand),
  mqtt: program('mosquitto', 'mosquitto', mosquittoCommand),
} as const
