import { createServer } from 'node:net'
import { join } from 'node:path'
import {
  type ISessionContext,
  MessageSecurityMode,
  OPCUACertificateManager,
  OPCUAServer,
  SecurityPolicy,
  type ServerSession,
  UserNameIdentityToken,
  UserTokenType,
} from 'node-opcua'
import { guardConnections } from './guard.ts'
import { offerHistory } from './historyoffer.ts'
import type { ServerOptions } from './protocol.ts'

const MOST_SESSIONS = 50
const MOST_CONNECTIONS = 50
/** Half of them, so that one machine alone cannot take all. */
const MOST_OF_ADDRESS = 25
const MOST_NODES = 2000

export interface Doors {
  readonly server: OPCUAServer
  readonly certificates: OPCUACertificateManager
  /** The person of a session as the gateway writes the name; null: nobody has signed in on it. */
  userOf(context: ISessionContext): string | null
  sessions(): number
  /** Ends those of a person, or all. */
  end(user: string | null): void
}

/**
 * An OPC UA server with nothing in it yet: who may come in, and how.
 * @param signIn the name as the gateway writes it; null: not with this password
 * @param changed clients came or went
 */
export async function openDoors(
  options: ServerOptions,
  signIn: (name: string, password: string, address: string) => Promise<string | null>,
  changed: () => void,
): Promise<Doors> {
  const { host, security, anonymous, pkiFolder, version } = options
  const port = await freePort(host, options.port)
  const certificates = new OPCUACertificateManager({
    rootFolder: pkiFolder,
    // Trust on first use would trust whoever comes first: a person decides.
    automaticallyAcceptUnknownCertificate: false,
  })
  const users = new WeakMap<object, string>()
  const hostname = options.hostname ?? (host === '0.0.0.0' || host === '::' ? undefined : host)
  const secured = security.filter(mode => mode !== 'None')
  const server = new OPCUAServer({
    host,
    ...(hostname !== undefined && { hostname }),
    port,
    allowAnonymous: anonymous,
    securityModes: security.map(mode => MessageSecurityMode[mode]),
    securityPolicies: [
      ...(security.includes('None') ? [SecurityPolicy.None] : []),
      ...(secured.length > 0
        ? [SecurityPolicy.Basic256Sha256, SecurityPolicy.Aes128_Sha256_RsaOaep, SecurityPolicy.Aes256_Sha256_RsaPss]
        : []),
    ],
    serverCertificateManager: certificates,
    // Without it node-opcua writes into the home folder.
    userCertificateManager: new OPCUACertificateManager({ rootFolder: join(pkiFolder, 'users') }),
    serverInfo: {
      applicationUri: 'urn:%FQDN%:gatehouse',
      productUri: 'urn:gatehouse',
      applicationName: { text: 'Gatehouse', locale: 'en' },
    },
    buildInfo: { productName: 'Gatehouse', manufacturerName: 'Gatehouse', softwareVersion: version },
    maxConnectionsPerEndpoint: MOST_CONNECTIONS,
    serverCapabilities: {
      maxSessions: MOST_SESSIONS,
      operationLimits: {
        maxNodesPerRead: MOST_NODES,
        maxNodesPerWrite: 50,
        maxNodesPerHistoryReadData: 50,
        maxNodesPerMethodCall: 100,
        maxNodesPerBrowse: MOST_NODES,
        maxMonitoredItemsPerCall: MOST_NODES,
      },
    },
    userManager: {
      isValidUserAsync(this: ServerSession, name: string, password: string, done: (e: null, good?: boolean) => void) {
        const address = String((this.channel as { remoteAddress?: string } | undefined)?.remoteAddress ?? '')
        signIn(name, password, address).then(
          user => {
            if (user !== null) users.set(this, user)
            done(null, user !== null)
          },
          () => done(null, false),
        )
      },
    } as never,
  })
  await server.initialize()
  guardConnections(server, MOST_OF_ADDRESS)
  offerHistory(server)
  // Nobody here knows whose certificate a person's would be: only names with passwords.
  for (const endpoint of server.endpoints)
    for (const description of endpoint.endpointDescriptions())
      description.userIdentityTokens = (description.userIdentityTokens ?? []).filter(
        token => token.tokenType !== UserTokenType.Certificate,
      )
  const live = new Set<ServerSession>()
  server.on('session_activated', (session: ServerSession) => {
    live.add(session)
    changed()
  })
  server.on('session_closed', (session: ServerSession) => {
    live.delete(session)
    changed()
  })
  return {
    server,
    certificates,
    userOf({ session }) {
      const { userIdentityToken: token } = (session ?? {}) as unknown as ServerSession
      const user = session && users.get(session)
      // A session that goes on as anybody else is no longer that person's.
      return user && token instanceof UserNameIdentityToken && same(token.userName, user) ? user : null
    },
    sessions: () => live.size,
    end(user) {
      for (const session of [...live])
        if (user === null || same(users.get(session), user))
          server.engine.closeSession(session.authenticationToken, true, 'Terminated')
    },
  }
}

const same = (a: string | null | undefined, b: string): boolean => a?.toLowerCase() === b.toLowerCase()

/**
 * The stack makes its endpoint descriptions before it listens, so it must know the port; and a site of ten thousand points
 * is not built for a port that is taken.
 * @throws when it is
 */
async function freePort(host: string, wanted: number): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject)
    probe.listen(wanted, host, resolve)
  })
  const { port } = probe.address() as { port: number }
  await new Promise(resolve => probe.close(resolve))
  return port
}
