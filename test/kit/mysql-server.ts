import { type Connection, createConnection } from 'mysql2/promise'

/** The port of the MySQL or MariaDB server of this machine. */
export const MYSQL_PORT = 3306
/** Why a test is skipped where there is none. */
export const MYSQL_HINT = `no server at mysql://root@127.0.0.1:${MYSQL_PORT} that lets root in without a password; apt-get install mariadb-server, and start it`

const connect = (): Promise<Connection> =>
  createConnection({ host: '127.0.0.1', port: MYSQL_PORT, user: 'root', connectTimeout: 2_000 })

/** A database of its own on the server, gone afterwards. */
export async function inMysqlDatabase(body: (name: string) => Promise<void>): Promise<void> {
  const name = `proofload_test_${process.pid}_${process.hrtime.bigint()}`
  const connection = await connect()
  try {
    await connection.query(`create database ${name}`)
    await body(name)
  } finally {
    await connection.query(`drop database if exists ${name}`)
    await connection.end()
  }
}

export async function hasMysql(): Promise<boolean> {
  try {
    const connection = await connect()
    await connection.end()
    return true
  } catch {
    // None here: the tests say so.
    return false
  }
}
