/** The configuration of a broker for one pool: an account of its own, and a key for everybody with the least rights that do. */
import { nkeys } from '@nats-io/transport-node'

export interface BrokerConfig {
  readonly pool: string
  /** `host:port` */
  readonly listen: string
  readonly storeDir: string
  /** Null on loopback. */
  readonly tls: { readonly cert: string; readonly key: string } | null
  readonly coordinator: KeyPair
  readonly workers: ReadonlyMap<string, KeyPair>
}

/** The identity of a user: the broker knows one half, and whoever has the other is it. */
export interface KeyPair {
  readonly publicKey: string
  readonly seed: string
}

export function createKeyPair(): KeyPair {
  const pair = nkeys.createUser()
  return { publicKey: pair.getPublicKey(), seed: new TextDecoder().decode(pair.getSeed()) }
}

/** Writes the file that `nats-server -c` reads. */
export function natsConfig({ pool, listen, storeDir, tls, coordinator, workers }: BrokerConfig): string {
  const users = [
    coordinatorUser(pool, coordinator),
    ...[...workers].map(([name, pair]) => workerUser(pool, name, pair)),
  ]
  return `# A broker for the pool ${pool}. Start it with: nats-server -c nats.conf
listen: ${quoted(listen)}
max_payload: 1048576
jetstream { store_dir: ${quoted(storeDir)} }
${tls === null ? '' : `tls { cert_file: ${quoted(tls.cert)}, key_file: ${quoted(tls.key)} }\n`}accounts {
  ${quoted(`POOL_${pool}`)}: {
    jetstream: enabled
    users: [
${users.join('\n')}
    ]
  }
}
`
}

function coordinatorUser(pool: string, { publicKey }: KeyPair): string {
  return `      # coordinators: run, pool
      { nkey: ${publicKey}, permissions: {
        publish: ["pl.${pool}.>", "$JS.API.>", "$JS.ACK.>", "_INBOX.>"]
        subscribe: ["pl.${pool}.>", "_INBOX.>"]
      } }`
}

/** It cannot speak for another, write to the log of a run, or touch a stream. */
function workerUser(pool: string, name: string, { publicKey }: KeyPair): string {
  const heard = ['who', `to.${name}`, 'beat.*', 'halt'].map((subject) => `pl.${pool}.${subject}`)
  return `      # worker ${name}
      { nkey: ${publicKey}, permissions: {
        publish: ["pl.${pool}.iv.*.${name}", "pl.${pool}.up.*.${name}"]
        subscribe: [${[...heard, `_INBOX.${name}.>`].map(quoted).join(', ')}]
        allow_responses: { max: 1, expires: "60s" }
      } }`
}

function quoted(text: string): string {
  return JSON.stringify(text)
}
