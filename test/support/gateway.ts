import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { start } from '../../gateway/main.ts'
import { hashPassword } from '../../gateway/records/secrets.ts'
import { type Role, roles } from '../../rules/flow.ts'
import { type Api, apiOf, signIn } from './api.ts'

export const PASSWORD = 'a long enough password'
export type TestGateway = Awaited<ReturnType<typeof startGateway>>

/** Once per file: a tenth of a second each. */
let hashed: Promise<string> | undefined

/** A folder that is gone at the end. */
export function tempFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'gatehouse-test-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** The real gateway, in this process, on a folder of its own and on free ports. `admin` has PASSWORD. */
export async function startGateway(
  options: {
    readonly site?: object | string | Buffer | null
    readonly data?: string
    readonly clock?: Parameters<typeof start>[0]['clock']
    readonly https?: string
    readonly outgoing?: readonly string[]
    readonly oidcSecret?: string
    /** Nobody has an account: the box waits for its first person. */
    readonly nobody?: boolean
  } = {},
) {
  const folder = options.data === undefined ? tempFolder() : null
  const data = options.data ?? folder!.path
  const { site } = options
  if (site !== undefined && site !== null)
    writeFileSync(
      join(data, 'site.json'),
      typeof site === 'string' || Buffer.isBuffer(site) ? site : JSON.stringify(site, null, 2),
    )
  const said: string[] = []
  const gateway = await start({
    data,
    http: '127.0.0.1:0',
    mqtt: '127.0.0.1:0',
    adminPassword: options.nobody ? undefined : PASSWORD,
    demo: false,
    logLevel: 'silent',
    clock: options.clock,
    https: options.https,
    oidcSecret: options.oidcSecret,
    // What tests send goes to servers of theirs, on this machine.
    outgoing: options.outgoing ?? ['127.0.0.0/8', '::1'],
    say: line => said.push(line),
  })
  const url = `http://${gateway.http}`
  return {
    ...gateway,
    url,
    data,
    said,
    /** Somebody who has not signed in. */
    stranger: apiOf(url, {}),
    admin: (): Promise<Api> => signIn(url, 'admin', PASSWORD),
    /** One person of each role, named like the role, by API token (no scrypt per sign-in). */
    async people(): Promise<Record<Role, Api>> {
      const { deps } = gateway
      hashed ??= hashPassword(PASSWORD)
      const hash = await hashed
      const who = { name: 'test', role: 'admin' }
      return Object.fromEntries(
        roles.map(role => {
          const secret = deps.trail.change(who, note => {
            if (!deps.users.get(role)) deps.users.create(note, role, role, hash, deps.clock.now())
            return deps.users.createToken(note, role, 'test', null, deps.clock.now()).secret
          })
          return [role, apiOf(url, { authorization: `Bearer ${secret}` })]
        }),
      ) as Record<Role, Api>
    },
    async stop() {
      await gateway.stop()
      folder?.remove()
    },
  }
}
