import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest, RawServerDefault } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Link } from '../../drivers/driver.ts'
import type { Point, PointId } from '../../drivers/point.ts'
import type { Role } from '../../rules/flow.ts'
import type { Permission } from '../../rules/permission.ts'
import type { Doors } from '../access/access.ts'
import type { AttendanceKept } from '../access/attendance.ts'
import type { Enrolled } from '../access/enrol.ts'
import type { Gate } from '../access/gate.ts'
import type { AccessKeys } from '../access/keys.ts'
import type { PassLists } from '../access/passimport.ts'
import type { Late } from '../access/wiring.ts'
import type { ProofKeeper } from '../alarms/proofs.ts'
import type { AlarmRate } from '../alarms/rate.ts'
import type { AlarmSound } from '../alarms/sound.ts'
import type { Backups } from '../backup/keeper.ts'
import type { Known, OwnProfiles } from '../channels/ownprofiles.ts'
import type { ChannelSecrets } from '../channels/secrets.ts'
import type { Trials } from '../channels/trial.ts'
import type { Bus } from '../core/bus.ts'
import type { Clock } from '../core/clock.ts'
import type { Actor, Entry, Events } from '../core/events.ts'
import type { Log } from '../core/log.ts'
import type { DocumentFiles } from '../documents.ts'
import type { Enrolled as ControllerEnrolled } from '../doorlink/enrol.ts'
import type { BrokerDoors, BrokerStats } from '../doors/brokerdoors.ts'
import type { FirstRun } from '../firstrun/firstrun.ts'
import type { ShiftHandover } from '../handover/handover.ts'
import type { History } from '../history/history.ts'
import type { CallbackSecret, Intake } from '../intake.ts'
import type { RunningLinkage } from '../linkage/linkage.ts'
import type { LiveAlarms } from '../live/alarms.ts'
import type { LiveCommands } from '../live/commands.ts'
import type { Detections } from '../live/detections.ts'
import type { HelpLine } from '../live/helpline.ts'
import type { Latest } from '../live/latest.ts'
import type { Cycle, DeviceState } from '../live/poller.ts'
import type { Monthly } from '../month/month.ts'
import type { Heartbeat } from '../notices/heartbeat.ts'
import type { Notify } from '../notices/notify.ts'
import type { oidcClient } from '../oidc/client.ts'
import type { OpcuaServer } from '../opcua/server.ts'
import type { Outputs } from '../outputs/outputs.ts'
import type { Patrol } from '../patrol/patrol.ts'
import type { patrolFigures } from '../patrol/report.ts'
import type { PermitKeeper } from '../permits/permits.ts'
import type { Photos } from '../photos.ts'
import type { Plans } from '../plans.ts'
import type { MeterBalance } from '../readings/balances.ts'
import type { ByHand } from '../readings/byhand.ts'
import type { ReadingKeeper } from '../readings/keeper.ts'
import type { ReadingViews } from '../readings/views.ts'
import type { ReadingDesk } from '../readings/wiring.ts'
import type { AccessRecords } from '../records/access.ts'
import type { AccessLog } from '../records/accesslog.ts'
import type { AfterReports } from '../records/afterreports.ts'
import type { Alarms, StoredAlarm } from '../records/alarms.ts'
import type { BrokerAccounts } from '../records/brokeraccounts.ts'
import type { Commands } from '../records/commands.ts'
import type { Complaints } from '../records/complaints.ts'
import type { Credentials } from '../records/credentials.ts'
import type { DemoPast } from '../records/demopast.ts'
import type { Documents } from '../records/documents.ts'
import type { DoorControllers } from '../records/doorcontrollers.ts'
import type { Handovers } from '../records/handovers.ts'
import type { HelpCalls } from '../records/helpcalls.ts'
import type { Idempotency } from '../records/idempotency.ts'
import type { Identities } from '../records/identities.ts'
import type { Leases } from '../records/leases.ts'
import type { Maintenance } from '../records/maintenance.ts'
import type { MeterBook } from '../records/meterbook.ts'
import type { MeterWalk } from '../records/meterwalk.ts'
import type { Months } from '../records/months.ts'
import type { Notices } from '../records/notices.ts'
import type { OrderNotes } from '../records/ordernotes.ts'
import type { OrderWork } from '../records/orderwork.ts'
import type { Parts } from '../records/parts.ts'
import type { People } from '../records/people.ts'
import type { Permits } from '../records/permits.ts'
import type { Personal } from '../records/personal/personal.ts'
import type { Proofs } from '../records/proofs.ts'
import type { Readings } from '../records/readings.ts'
import type { RegisterPeople } from '../records/registerpeople.ts'
import type { Registers } from '../records/registers.ts'
import type { Reports } from '../records/reports.ts'
import type { Runs } from '../records/runbooks.ts'
import type { SiteVersion } from '../records/siteversions.ts'
import type { Specials } from '../records/special.ts'
import type { Switchings } from '../records/switchings.ts'
import type { Tags } from '../records/tags.ts'
import type { TopUps } from '../records/topups.ts'
import type { Note, Trail } from '../records/trail.ts'
import type { User, Users } from '../records/users.ts'
import type { Visits } from '../records/visits.ts'
import type { Workorders } from '../records/workorders.ts'
import type { RelatedTo } from '../registers/place.ts'
import type { RunRecordKeeper } from '../runrecords/runrecords.ts'
import type { SignIn } from '../signin/signin.ts'
import type { Saying } from '../site/keeper.ts'
import type { Tunable } from '../site/remedies.ts'
import type { SiteRules } from '../site/rules.ts'
import type { Site } from '../site/site.ts'
import type { Checkpoints } from '../trail/checkpoints.ts'
import type { TrailCheck } from '../trail/run.ts'
import type { WebCertificateFiles } from '../web/certificate.ts'
import type { WebDoor } from '../web/listeners.ts'
import type { BillingParts } from './billing.ts'
import type { AlarmView, SiteImport, SiteMerge, SiteProblem, SiteView } from './contract.ts'
import type { tamer } from './tame.ts'

/** What runs now. Another one takes its place when the site is changed. */
export interface Plant {
  readonly site: Site
  readonly since: number
  readonly points: ReadonlyMap<PointId, Point>
  readonly latest: Latest
  readonly alarms: LiveAlarms
  readonly commands: LiveCommands
  /** Calls for help by telephone. */
  readonly help: HelpLine
  affected(id: string, point: PointId): number
  state(equipment: string): DeviceState | undefined
  cycles(equipment: string): readonly Cycle[]
  /** The connection of a channel. */
  link(channel: string): Link | undefined
}

/** All that the API stands on; main hands it in. */
export interface Deps {
  readonly version: string
  readonly clock: Clock
  readonly log: Log
  readonly bus: Bus<Events>
  readonly trail: Trail
  readonly users: Users
  readonly signIn: SignIn
  /** Accounts of people whom an identity provider knows. */
  readonly identities: Identities
  /** The identity provider of the site. */
  readonly oidc: ReturnType<typeof oidcClient>
  readonly brokerAccounts: BrokerAccounts
  readonly idempotency: Idempotency
  readonly alarms: Alarms
  /** An alarm after a line of the trail, for telling of it. */
  alarmAt(id: string, seq: number): { readonly stored: StoredAlarm; readonly view: AlarmView } | undefined
  readonly alarmRate: AlarmRate
  readonly alarmSound: AlarmSound
  readonly proofs: Proofs
  /** The proof that runs. */
  readonly proofKeeper: Omit<ProofKeeper, 'close'>
  /** Whether a line of the trail says that an alarm called somebody. */
  called(entry: Entry): boolean
  readonly commands: Commands
  /** What hangs on equipment: nothing of it is commanded. */
  readonly tags: Tags
  readonly switchings: Switchings
  readonly permits: Permits
  /** What the plant says of the places of permits. */
  readonly permitKeeper: Pick<PermitKeeper, 'around' | 'offHours' | 'day' | 'scanned' | 'shown'>
  /** Null while no site runs. */
  linkage(): RunningLinkage | null
  readonly detections: Detections
  readonly workorders: Workorders
  readonly orderWork: OrderWork
  readonly orderNotes: OrderNotes
  readonly parts: Parts
  readonly helpCalls: HelpCalls
  readonly history: Pick<History, 'raw' | 'steps' | 'stats' | 'forgetDemo' | 'failedSince'>
  /** With quotes where they are needed, and nothing that a spreadsheet would run. */
  writeCsv(rows: readonly (readonly string[])[]): string
  readonly runs: Runs
  readonly reports: Reports
  readonly complaints: Complaints
  readonly registers: Registers
  /** Orders, permits, visits and passes of a place. */
  readonly registerRelated: RelatedTo
  readonly registerPeople: RegisterPeople
  /** All that is known of a person from outside. */
  readonly personal: Personal
  /** Deletes a picture that no record names any more. */
  dropPhoto(file: string): void
  /** Months as they were archived. */
  readonly months: Months
  /** The numbers of a month as they are counted now. */
  readonly monthly: Monthly
  readonly meterBook: MeterBook
  readonly readings: Readings
  /** What is read at each midnight, and what people decide about it. */
  readonly readingKeeper: ReadingKeeper
  readonly readingViews: ReadingViews
  /** Exceptions, multipliers that are asked for, and use day by day. */
  readonly readingDesk: ReadingDesk
  /** Main meters whose balance is watched. */
  readonly mainMeters: Pick<MeterBalance, 'points' | 'said'>
  /** Readings that people take: forms that both parties sign, the walk to meters, top-ups of prepaid ones. */
  readonly specials: Specials
  readonly meterWalk: MeterWalk
  readonly topUps: TopUps
  readonly byHand: ByHand
  /** Readings as billing gets them. */
  readonly billing: BillingParts
  /** Who keeps the control room. */
  readonly attendance: AttendanceKept
  /** Rounds and who walked them. */
  readonly patrol: Patrol
  /** What is to be said of the patrols of a time. */
  patrolFigures(site: Site, from: number, to: number, now: number): ReturnType<typeof patrolFigures>
  /** Lines of the run records of plant rooms. */
  readonly runRecords: RunRecordKeeper
  /** Shifts and who is on duty by signature. */
  readonly handover: ShiftHandover
  readonly handovers: Handovers
  readonly maintenance: Maintenance
  /** What was made up for the demo. */
  readonly demoPast: DemoPast
  /** The codes on equipment. */
  readonly intake: Intake
  readonly callbackSecret: CallbackSecret
  readonly people: People
  readonly credentials: Credentials
  readonly accessRecords: AccessRecords
  readonly accessLog: AccessLog
  readonly accessKeys: AccessKeys
  /** Who may pass which door. */
  readonly access: Doors
  /** Doors of the site that runs: what a fire holds open, and their controllers. */
  readonly doorsLate: Late
  readonly doorControllers: DoorControllers
  /** Where a guard looks at passes. */
  readonly gate: Gate
  readonly visits: Visits
  readonly leases: Leases
  /** A firm's lists of its people. */
  readonly passLists: PassLists
  /** What is stored of a card, by what stands on it. Throws `card-unreadable`. */
  enrol(asked: {
    readonly class: string
    readonly number?: string | undefined
    readonly facility?: number | undefined
    readonly bits?: string | undefined
  }): Enrolled
  /** Channels, rosters, ladders and links by which people are told. */
  readonly notify: Notify
  /** The watcher outside. */
  readonly heartbeat: Pick<Heartbeat, 'state'>
  readonly notices: Notices
  readonly afterReports: AfterReports
  readonly site: {
    view(): SiteView
    check(text: string): readonly SiteProblem[]
    /** Checks, writes with a backup, notes on the trail, and runs it. Throws `site-changed`, `site-invalid`, `site-why`. */
    save(
      text: string,
      hash: string | null,
      actor: Actor,
      saying: Saying,
      also?: (note: Note) => void,
    ): Promise<SiteView>
    /** Takes a version back as a new one. Throws `undo-done`, `undo-nothing`, `undo-blocked`, `undo-needed`. */
    undo(n: number, why: string, actor: Actor): Promise<SiteView>
    /** What was made of an older version, laid over the present one. Throws `site-base-gone`. */
    merge(text: string, base: string, mine: boolean): Promise<SiteMerge>
    versions(n: number, limit: number): readonly SiteVersion[]
    version(n: number): SiteVersion | undefined
    undoneBy(n: number): number | null
    /** The text of a site with one number of one of its own rules changed; null: it has no such rule. */
    tune(text: string, rule: string, word: Tunable, to: number | null): { text: string; was: number | null } | null
    /** Equipment and points as a table. Throws `site-invalid` when the file on the disk is no JSON. */
    exportCsv(): string
    importCsv(bytes: Uint8Array, dryRun: boolean, actor: Actor, why?: string | null): Promise<SiteImport>
    schema(): object
  }
  /** The rules of the site: what runs, what is delivered, changes, dry runs. */
  readonly rules: SiteRules
  /** Since when the records can't be written; null when they can. */
  storageSince(): number | null
  /** Hardly any memory is left: nothing large is begun. */
  memoryShort(): boolean
  /** Built in, and of the site's own files. */
  profiles(): readonly Known[]
  /** The drawings of the data folder. */
  readonly plans: Plans
  /** Of orders, in the data folder. */
  readonly photos: Photos
  /** Documents of equipment: their records, and their files in the data folder. */
  readonly documents: Documents
  readonly documentFiles: DocumentFiles
  readonly backups: Omit<Backups, 'stop' | 'ready'>
  /** Null while no site runs. */
  plant(): Plant | null
  readonly channelSecrets: ChannelSecrets
  /** Influx, brokers outside, webhooks, files: where each stands. */
  readonly outputs: Outputs
  /** What they sign in with. */
  readonly outputSecrets: ChannelSecrets
  /** Ends the broker connections of an account. */
  /** An account and keys for a door controller; those before end at once. */
  enrolDoorController(site: string, id: string, by: Actor, reason: string): Promise<ControllerEnrolled>
  dropBrokerAccount(name: string): void
  /** What other systems see of the site over OPC UA. */
  readonly broker: Pick<BrokerDoors, 'view' | 'certificate' | 'setCertificate'> & {
    readonly stats: () => BrokerStats
  }
  /** Signed checkpoints of the trail. */
  readonly checkpoints: Pick<Checkpoints, 'publicKey' | 'file' | 'list' | 'make' | 'copyFailing'>
  /** Checks the trail in a process of its own. */
  checkTrail(anchors: string): Promise<TrailCheck>
  /** The bundle for whoever helps, made in a process of its own. */
  makeDiagnostics(): Promise<Buffer>
  /** The program by which others check it. */
  verifierText(): string
  /** Where the pages are, and the certificate that HTTPS shows. */
  readonly web: Pick<WebCertificateFiles, 'certificate' | 'pair' | 'unusable' | 'hsts' | 'give'> & {
    readonly doors: () => readonly WebDoor[]
  }
  /** Lines that are looked at before they are channels. */
  readonly trials: Trials
  readonly ownProfiles: Pick<OwnProfiles, 'check' | 'add'>
  /** An empty box that waits for its first person. */
  readonly firstRun: Pick<FirstRun, 'open' | 'fits' | 'over'>
  /** Sets the limits of connections of a server. */
  readonly tame: ReturnType<typeof tamer>
  readonly opcuaServer: Pick<OpcuaServer, 'view' | 'certificates'>
  metrics(): Promise<{ type: string; body: string }>
  readonly dashboard: string
}

export interface Identity {
  readonly user: User
  readonly actor: Actor & { readonly role: Role }
  /** The hash of the session's secret; null for a token. */
  readonly session: string | null
}

/** Who may use a route: everybody, whoever is signed in, or the roles of a permission. Each route says it. */
export type Access = 'open' | 'signed-in' | Permission

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access
  }
  interface FastifyRequest {
    identity: Identity | null
  }
}

export type App = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger, ZodTypeProvider>

/** The person behind a request of a route that is not open. */
export const who = (request: FastifyRequest): Identity => request.identity!
