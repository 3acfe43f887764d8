/** Each kind against the real server where there is one here, and against what is no such server. */
import { once } from 'node:events'
import { chmodSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { createSystemClock } from '../../harness/base/clock.ts'
import type { RequirementPlan } from '../../harness/model/plan.ts'
import { commandCheck } from '../../harness/requirements/command.ts'
import { gpuCheck } from '../../harness/requirements/gpu.ts'
import { httpCheck } from '../../harness/requirements/http.ts'
import { openRequirements, requirements } from '../../harness/requirements/index.ts'
import { mysqlCheck } from '../../harness/requirements/mysql.ts'
import { postgresCheck } from '../../harness/requirements/postgres.ts'
import { redisCheck } from '../../harness/requirements/redis.ts'
import type { RequirementRef } from '../../harness/requirements/reference.ts'
import { tcpCheck } from '../../harness/requirements/tcp.ts'
import { withRawServer } from '../kit/raw-server.ts'
import { HAS_REDIS, REDIS_HINT, RedisServer } from '../kit/redis-server.ts'
import { withScratch } from '../kit/sandbox.ts'
import { startHttpServer } from '../kit/servers.ts'
import { type DescribeApi, describe } from '../kit/suite.ts'

const POSTGRES_PORT = 5432
const MYSQL_PORT = 3306
const HAS_POSTGRES = await answersOn(POSTGRES_PORT)
const HAS_MYSQL = await answersOn(MYSQL_PORT)

/** Tells whether a server of this machine listens on its usual port. */
async function answersOn(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  const isThere = await once(socket, 'connect').then(
    () => true,
    () => false,
  )
  socket.destroy()
  return isThere
}

/** The requirement as a plan holds it. */
function planned({ plugin, config, name, stop }: RequirementRef, timeoutMs: number): RequirementPlan {
  const parsed = requirements.get(plugin).configSchema.parse(config)
  return { plugin, config: parsed, name: name ?? null, timeoutMs, stop: stop ?? false }
}

/** Leaves the test out, and says why. */
function skipped(test: DescribeApi, why: string): DescribeApi {
  return ((title: string) => test.skip(title, why)) as unknown as DescribeApi
}

/** Checks once; what was found, or what is missing. */
async function found(ref: RequirementRef, env: Readonly<Record<string, string>> = {}, timeoutMs = 5_000) {
  const surroundings = { cwd: process.cwd(), env, clock: createSystemClock() }
  const [requirement] = openRequirements([planned(ref, timeoutMs)], surroundings)
  if (requirement === undefined) throw new Error('no requirement')
  const said = await requirement.check().catch((error: Error) => `MISSING ${error.message}`)
  return `${requirement.name}: ${said}`
}

describe('A required port', (test) => {
  test('is there when something accepts connections, and missing when nothing does', async () => {
    const server = await startHttpServer((_request, response) => response.end())
    const port = Number(new URL(server.url).port)
    assert.is(
      await found(tcpCheck({ host: '127.0.0.1', port })),
      `tcp 127.0.0.1:${port}: accepts connections`,
    )
    await server.close()
    assert.match(await found(tcpCheck({ host: '127.0.0.1', port })), /MISSING .*ECONNREFUSED/)
  })
})

describe('A required URL', (test) => {
  test('answers with a good status, or with the one stated', async () => {
    const server = await startHttpServer((request, response) => {
      response.statusCode = Number(request.headers['x-status'])
      response.end('a body')
    })
    const said = (sent: string, status?: number) =>
      found(
        httpCheck({ url: `${server.url}/health`, headers: { 'x-status': sent }, ...(status && { status }) }),
      )
    assert.match(await said('204'), /: answers with status 204$/)
    assert.match(await said('503'), /MISSING answers with status 503, not one of 200 to 399/)
    assert.match(await said('401', 401), /: answers with status 401$/)
    assert.match(await said('200', 401), /MISSING answers with status 200, not 401/)
    await server.close()
  })
})

describe('A server that accepts and says nothing', (test) => {
  for (const [kind, ref] of [
    ['http', (port: number) => httpCheck({ url: `http://127.0.0.1:${port}/` })],
    ['postgres', (port: number) => postgresCheck({ url: `postgres://me:pw@127.0.0.1:${port}/x` })],
    ['mysql', (port: number) => mysqlCheck({ host: '127.0.0.1', port })],
    ['redis', (port: number) => redisCheck({ url: `redis://127.0.0.1:${port}` })],
  ] as const)
    test(`is missing at the limit: ${kind}`, () =>
      withRawServer({}, async ({ port }) => {
        const said = await found(ref(port), {}, 300)
        assert.match(said, /MISSING no answer within 300ms/)
        assert.not.match(said, 'pw')
      }))
})

describe('Required databases', (test) => {
  const onPostgres = HAS_POSTGRES ? test : skipped(test, 'no PostgreSQL on its port')
  onPostgres('PostgreSQL takes the login and answers; another database is missing', async () => {
    const at = `127.0.0.1:${POSTGRES_PORT}`
    assert.match(
      await found(postgresCheck({ url: `postgres://postgres@${at}/postgres` })),
      /^postgres 127\.0\.0\.1:5432\/postgres: PostgreSQL \d+\S* .*answers$/,
    )
    const other = await found(postgresCheck({ url: `postgres://postgres:s3cret@${at}/not-there` }))
    assert.match(other, /MISSING .*not-there/)
    assert.not.match(other, 's3cret')
  })

  const onMysql = HAS_MYSQL ? test : skipped(test, 'no MySQL or MariaDB on its port')
  onMysql('MySQL and MariaDB greet, again and again', async () => {
    for (let i = 0; i < 3; i++)
      assert.match(
        await found(mysqlCheck({ host: '127.0.0.1', port: MYSQL_PORT })),
        /^mysql 127\.0\.0\.1:3306: (MySQL|MariaDB) \d\S+ greets$/,
      )
  })

  for (const [what, bytes, said] of [
    ['speaks another protocol', 'HTTP/1.1 400 Bad Request\r\n\r\n', /MISSING it sends no greeting/],
    ['hangs up', '', /MISSING it closed the connection/],
    [
      'is full',
      '\u0017\0\0\0\u00ff\u0010\u0004Too many connections',
      /MISSING it refuses connections: Too many connections \(1040\)/,
    ],
  ] as const)
    test(`a server that ${what} is no MySQL that can be used`, () =>
      withRawServer({ onConnection: (socket) => socket.end(bytes, 'latin1') }, async ({ port }) => {
        assert.match(await found(mysqlCheck({ host: '127.0.0.1', port })), said)
      }))

  const onRedis = HAS_REDIS ? test : skipped(test, REDIS_HINT)
  onRedis('Redis answers who has its password', async () => {
    const server = await RedisServer.start('s3cret')
    const url = `redis://127.0.0.1:${server.port}`
    assert.match(await found(redisCheck({ url: server.url })), /: answers PING$/)
    assert.match(await found(redisCheck({ url })), /MISSING NOAUTH/)
    await server.remove()
    const gone = await found(redisCheck({ url: server.url }))
    assert.match(gone, /MISSING .*ECONNREFUSED/)
    assert.not.match(gone, 's3cret')
  })
})

describe('A required program', (test) => {
  const env = { PATH: process.env['PATH'] ?? '', TOKEN: 'abc' }

  test('is there when it ends with 0, and gets the variables that it is given', async () => {
    const print = ['node', '-p', 'Object.keys(process.env).sort().join()'] as const
    assert.is(await found(commandCheck(print), env), 'command node: PATH')
    assert.is(await found(commandCheck(print, { env: ['TOKEN'], name: 'node' }), env), 'node: PATH,TOKEN')
  })

  test('is missing when it fails, cannot be found or takes too long', async () => {
    assert.match(
      await found(commandCheck(['sh', '-c', 'echo no licence >&2; exit 3']), env),
      /MISSING ended with status 3: no licence$/,
    )
    assert.match(await found(commandCheck(['proofload-no-such-program']), env), /MISSING did not start/)
    assert.match(await found(commandCheck(['sleep', '60']), env, 300), /MISSING no answer within 300ms/)
  })
})

describe('A required GPU', (test) => {
  test('is what nvidia-smi lists: enough of them, free memory and model', () =>
    withScratch(async (folder) => {
      const program = join(folder, 'nvidia-smi')
      writeFileSync(
        program,
        '#!/bin/sh\necho "NVIDIA A100-SXM4-40GB, 39991"\necho "NVIDIA A100-SXM4-40GB, 512"\n',
      )
      chmodSync(program, 0o755)
      const env = { PATH: `${folder}:/bin:/usr/bin` }
      assert.match(await found(gpuCheck(), env), /^gpu: NVIDIA A100-SXM4-40GB with 39.1 GiB free/)
      assert.match(await found(gpuCheck({ count: 2, model: 'A100' }), env), /free, NVIDIA A100/)
      const two = gpuCheck({ count: 2, freeMemory: '8GiB' })
      assert.match(await found(two, env), /MISSING 2 GPUs needed, 1 fit: NVIDIA/)
      assert.match(await found(gpuCheck({ model: 'H100' }), env), /MISSING 1 GPU needed, 0 fit/)
    }))

  test('is missing where nvidia-smi is', () =>
    withScratch(async (folder) => {
      assert.match(await found(gpuCheck(), { PATH: folder }), /MISSING did not start: .*nvidia-smi/)
    }))
})

describe('A requirement', (test) => {
  test('names the hosts it contacts, and no other can hide in a parameter of its URL', async () => {
    const hosts = ({ plugin, config }: RequirementRef) => {
      const kind = requirements.get(plugin)
      const { success, data } = kind.configSchema.safeParse(config)
      return success ? kind.hostsOf(data) : null
    }
    assert.equal(hosts(tcpCheck({ host: 'kafka.example', port: 1 })), ['kafka.example'])
    assert.equal(hosts(postgresCheck({ url: 'postgres://u@db.example/x?sslmode=require' })), ['db.example'])
    assert.equal(hosts(redisCheck({ url: 'rediss://cache.example:1' })), ['cache.example'])
    assert.equal(hosts(httpCheck({ url: 'http://[::1]:1/' })), ['[::1]'])
    assert.is(hosts(postgresCheck({ url: 'postgres://u@127.0.0.1/x?host=db.example' })), null)
    assert.is(hosts(postgresCheck({ url: 'postgres:///x' })), null)
    assert.is(hosts(redisCheck({ url: 'http://127.0.0.1' })), null)
    assert.is(hosts(httpCheck({ url: 'http://u:p@127.0.0.1/' })), null)
    assert.equal(hosts(postgresCheck({ url: '{{secret.DATABASE_URL}}' })), [])
  })
})
