import { lazy, type ReactNode, Suspense, useEffect } from 'react'
import { Redirect, Route, Router, Switch, useLocation } from 'wouter'
import { may, type Permission } from '../../rules/permission.ts'
import { startOf } from '../../rules/start.ts'
import { loadPoints, queries, SignedIn, take, useEquipment, useMay, useMeQuery } from './api.ts'
import { pageList } from './find/pagelist.ts'
import { askingFirst } from './leave.ts'
import { openLive } from './live.ts'
import { Alarms } from './pages/alarms.tsx'
import { SignIn } from './pages/sign-in.tsx'
import { Frame, Page } from './parts/Frame.tsx'
import { Leave } from './parts/Leave.tsx'
import { Empty, Failed, Loading, NotYours, Opening } from './parts/notes.tsx'
import { useText } from './text/index.ts'

const AlarmFigures = lazy(() => import('./pages/alarmfigures.tsx'))
const Proofs = lazy(() => import('./pages/proofs.tsx'))
const ProofPage = lazy(() => import('./pages/proof.tsx'))
const Batch = lazy(() => import('./pages/batch.tsx'))
const Batches = lazy(() => import('./pages/batches.tsx'))
const Badges = lazy(() => import('./pages/badges.tsx'))
const Readings = lazy(() => import('./readings/page.tsx'))
const DailyUse = lazy(() => import('./readings/days.tsx'))
const MeterLife = lazy(() => import('./readings/life.tsx'))
const MeterWalk = lazy(() => import('./readings/walk.tsx'))
const MetersPage = lazy(() => import('./pages/meters.tsx'))
const Specials = lazy(() => import('./readings/special.tsx'))
const SpecialForm = lazy(() => import('./readings/specialform.tsx'))
const Consumption = lazy(() => import('./pages/consumption.tsx'))
const DoorLog = lazy(() => import('./pages/doorlog.tsx'))
const Doors = lazy(() => import('./pages/doors.tsx'))
const Equipment = lazy(() => import('./pages/equipment.tsx'))
const EquipmentDetail = lazy(() => import('./pages/equipment-detail.tsx'))
const Fire = lazy(() => import('./pages/fire.tsx'))
const GatePage = lazy(() => import('./pages/gate.tsx'))
const Handover = lazy(() => import('./pages/handover.tsx'))
const HandoverSheet = lazy(() => import('./pages/handover-sheet.tsx'))
const HelpCalls = lazy(() => import('./pages/help.tsx'))
const Month = lazy(() => import('./pages/month.tsx'))
const Muster = lazy(() => import('./pages/muster.tsx'))
const OrderForm = lazy(() => import('./pages/order-form.tsx'))
const Overview = lazy(() => import('./overview/page.tsx'))
const PartsPage = lazy(() => import('./pages/parts.tsx'))
const OrderFigures = lazy(() => import('./pages/orderfigures.tsx'))
const Pass = lazy(() => import('./pages/pass.tsx'))
const Passes = lazy(() => import('./pages/passes.tsx'))
const Permits = lazy(() => import('./pages/permits.tsx'))
const RoundsPrint = lazy(() => import('./pages/rounds-print.tsx'))
const PermitPrint = lazy(() => import('./pages/permit-print.tsx'))
const Plan = lazy(() => import('./pages/plan.tsx'))
const PlanEdit = lazy(() => import('./plan/edit.tsx'))
const RoundPage = lazy(() => import('./pages/round.tsx'))
const Rounds = lazy(() => import('./pages/rounds.tsx'))
const RunRecords = lazy(() => import('./pages/runrecords.tsx'))
const Visits = lazy(() => import('./pages/visits.tsx'))
const Workorders = lazy(() => import('./pages/workorders.tsx'))
const Runbooks = lazy(() => import('./pages/runbooks.tsx'))
const RunbookDetail = lazy(() => import('./pages/runbook-detail.tsx'))
const EmergencyPlan = lazy(() => import('./pages/emergency-plan.tsx'))
const IncidentReport = lazy(() => import('./pages/incident-report.tsx'))
const Acknowledge = lazy(() => import('./pages/acknowledge.tsx'))
const PublicReport = lazy(() => import('./pages/report.tsx'))
const Registers = lazy(() => import('./pages/registers.tsx'))
const Trends = lazy(() => import('./pages/trends.tsx'))
const ServiceDesk = lazy(() => import('./pages/servicedesk.tsx'))
const Wall = lazy(() => import('./wall/page.tsx'))
const Pair = lazy(() => import('./wall/pair.tsx'))
const Settings = lazy(() => import('./pages/settings.tsx'))

/** Every page there is, and who sees what before signing in. */
export function Pages() {
  return (
    <Router aroundNav={askingFirst}>
      <Shown />
      <Leave />
    </Router>
  )
}

function Shown() {
  const [path] = useLocation()
  // Whoever scans the code on a machine has no account, and nothing of the rest is loaded.
  if (/^\/(report|receipt)\//.test(path)) return late(<PublicReport key={path} path={path} />)
  if (path.startsWith('/pass/')) return late(<Pass path={path} />)
  if (path === '/pair') return late(<Pair />)
  if (path === '/gate') return late(<GatePage />)
  if (path === '/round') return late(<RoundPage />)
  if (path === '/meters') return late(<MetersPage />)
  if (path.startsWith('/a/')) return late(<Acknowledge path={path} />)
  return <Inside />
}

/** An empty box shows whoever may fill it what comes next; all others their own first page. */
function Home({ path }: { readonly path: string }) {
  const { t } = useText()
  const fills = useMay('site.write')
  const equipment = useEquipment()
  if (fills && equipment.isPending) return <Loading what={t('equipment.title')} />
  return <Redirect to={fills && equipment.data?.length === 0 ? '/settings/add' : path} replace />
}

function Inside() {
  const { t } = useText()
  const [path] = useLocation()
  const me = useMeQuery()
  const signedIn = me.data?.name
  useEffect(() => {
    if (signedIn === undefined) return
    return openLive(take, () => {
      // The gateway may be away, or the session may have ended: the answer to this says which.
      void queries.refetchQueries({ queryKey: ['me'] })
      loadPoints().catch(() => {})
    })
  }, [signedIn])

  if (me.data === null) return <SignIn />
  if (me.data === undefined)
    return me.error ? (
      <Failed what={t('brand')} error={me.error} again={() => void me.refetch()} />
    ) : (
      <Loading what={t('brand')} />
    )
  // A screen on the wall has this one page; others have it beside theirs, without the frame.
  if (me.data.role === 'display' && path !== '/wall') return <Redirect to="/wall" replace />
  if (path === '/wall' && may(me.data.role, 'alarm.watch')) return <SignedIn value={me.data}>{late(<Wall />)}</SignedIn>
  const home = pageList[startOf(me.data.role, me.data.site, me.data.start)].path
  return (
    <SignedIn value={me.data}>
      <Frame>
        <Switch>
          <Route path="/">
            <Home path={home} />
          </Route>
          <Route path="/alarms">
            <For permission="alarm.read" title={t('alarms.title')}>
              <Alarms />
            </For>
          </Route>
          <Route path="/alarms/tests">
            <For permission="alarm.read" title={t('proving.title')}>
              {late(<Proofs />)}
            </For>
          </Route>
          <Route path="/alarms/tests/:id">
            {({ id }) => (
              <For permission="alarm.read" title={t('proving.one')}>
                {late(<ProofPage id={id} />)}
              </For>
            )}
          </Route>
          <Route path="/alarms/figures">
            <For permission="alarm.read" title={t('figures.title')}>
              {late(<AlarmFigures />)}
            </For>
          </Route>
          <Route path="/fire">
            <For permission="alarm.read" title={t('fire.title')}>
              {late(<Fire />)}
            </For>
          </Route>
          <Route path="/equipment">{late(<Equipment />)}</Route>
          <Route path="/equipment/by/:system">{({ system }) => late(<Overview chosen={system} />)}</Route>
          <Route path="/equipment/:id">
            {({ id }) => late(<EquipmentDetail key={id} id={decodeURIComponent(id)} />)}
          </Route>
          <Route path="/plan/:id/edit">
            {({ id }) => (
              <For permission="site.write" title={t('planEdit.title')}>
                {late(<PlanEdit key={id} id={decodeURIComponent(id)} />)}
              </For>
            )}
          </Route>
          <Route path="/plan/:id?">
            {({ id }) => late(<Plan id={id === undefined ? null : decodeURIComponent(id)} />)}
          </Route>
          <Route path="/orders/figures">
            <For permission="workorder.read" title={t('orderFigures.title')}>
              {late(<OrderFigures />)}
            </For>
          </Route>
          <Route path="/orders/parts">
            <For permission="workorder.read" title={t('parts.title')}>
              {late(<PartsPage />)}
            </For>
          </Route>
          <Route path="/orders/desk/:id?">
            {({ id }) => (
              <For permission="complaint.read" title={t('service.title')}>
                {late(<ServiceDesk chosen={id === undefined ? null : decodeURIComponent(id)} />)}
              </For>
            )}
          </Route>
          <Route path="/orders/:id/form">
            {({ id }) => (
              <For permission="workorder.read" title={t('orderForm.title')}>
                {late(<OrderForm key={id} id={decodeURIComponent(id)} />)}
              </For>
            )}
          </Route>
          <Route path="/help-calls">
            <For permission="help.call" title={t('help.title')}>
              {late(<HelpCalls />)}
            </For>
          </Route>
          <Route path="/orders/:id?">
            {({ id }) => (
              <For permission="workorder.read" title={t('orders.title')}>
                {late(<Workorders chosen={id === undefined ? null : decodeURIComponent(id)} />)}
              </For>
            )}
          </Route>
          <Route path="/runbooks">
            <For permission="runbook.read" title={t('runbooks.title')}>
              {late(<Runbooks />)}
            </For>
          </Route>
          <Route path="/runbooks/plan">
            <For permission="runbook.read" title={t('emergency.title')}>
              {late(<EmergencyPlan />)}
            </For>
          </Route>
          <Route path="/runbooks/:id">
            {({ id }) => (
              <For permission="runbook.read" title={t('runbooks.title')}>
                {late(<RunbookDetail key={id} id={decodeURIComponent(id)} />)}
              </For>
            )}
          </Route>
          <Route path="/runbooks/:id/report">
            {({ id }) => (
              <For permission="runbook.read" title={t('report.title')}>
                {late(<IncidentReport key={id} id={decodeURIComponent(id)} />)}
              </For>
            )}
          </Route>
          <Route path="/doors/log">
            <For permission="pass.read" title={t('doorLog.title')}>
              {late(<DoorLog />)}
            </For>
          </Route>
          <Route path="/doors">
            <For permission="door.read" title={t('doors.title')}>
              {late(<Doors />)}
            </For>
          </Route>
          <Route path="/muster">
            <For permission="pass.read" title={t('doors.muster')}>
              {late(<Muster />)}
            </For>
          </Route>
          <Route path="/passes">
            <For permission="pass.read" title={t('passes.title')}>
              {late(<Passes />)}
            </For>
          </Route>
          <Route path="/passes/print">
            <For permission="pass.issue" title={t('badges.title')}>
              {late(<Badges />)}
            </For>
          </Route>
          <Route path="/visits">
            <For permission="visit.read" title={t('visits.title')}>
              {late(<Visits />)}
            </For>
          </Route>
          <Route path="/permits">
            <For permission="permit.read" title={t('permits.title')}>
              {late(<Permits section="permits" />)}
            </For>
          </Route>
          <Route path="/permits/tags">
            <For permission="plant.read" title={t('permits.title')}>
              {late(<Permits section="tags" />)}
            </For>
          </Route>
          <Route path="/permits/switching">
            <For permission="switching.read" title={t('permits.title')}>
              {late(<Permits section="switching" />)}
            </For>
          </Route>
          <Route path="/permits/:id">
            {({ id }) => (
              <For permission="permit.read" title={t('permits.title')}>
                {late(<PermitPrint key={id} id={decodeURIComponent(id)} />)}
              </For>
            )}
          </Route>
          <Route path="/registers/:register?/:no?/:slip?">
            {({ register, no, slip }) => (
              <For permission="register.read" title={t('registers.title')}>
                {late(<Registers register={register} no={no} slip={slip === 'slip'} />)}
              </For>
            )}
          </Route>
          <Route path="/month/:month?/:version?">
            {({ month, version }) => (
              <For permission="month.read" title={t('monthly.title')}>
                {late(<Month month={month} version={version === undefined ? null : Number(version)} />)}
              </For>
            )}
          </Route>
          <Route path="/rounds/print">
            <For permission="patrol.review" title={t('rounds.printTitle')}>
              {late(<RoundsPrint />)}
            </For>
          </Route>
          <Route path="/rounds">
            <For permission="patrol.read" title={t('rounds.title')}>
              {late(<Rounds />)}
            </For>
          </Route>
          <Route path="/runrecords/:form?/:day?">
            {({ form, day }) => (
              <For permission="run-record.read" title={t('runRecords.title')}>
                {late(
                  <RunRecords
                    form={form === undefined ? undefined : decodeURIComponent(form)}
                    day={day === undefined ? undefined : decodeURIComponent(day)}
                  />,
                )}
              </For>
            )}
          </Route>
          <Route path="/handover/sheet/:id">
            {({ id }) => (
              <For permission="handover.read" title={t('handover.sheet')}>
                {late(<HandoverSheet key={id} id={decodeURIComponent(id)} />)}
              </For>
            )}
          </Route>
          <Route path="/handover/:crew?">
            {({ crew }) => (
              <For permission="handover.read" title={t('handover.title')}>
                {late(<Handover crew={crew === undefined ? undefined : decodeURIComponent(crew)} />)}
              </For>
            )}
          </Route>
          <Route path="/consumption">
            <For permission="consumption.read" title={t('consumption.title')}>
              {late(<Consumption />)}
            </For>
          </Route>
          <Route path="/readings/batches/:name?">
            {({ name }) => (
              <For permission="billing.read" title={t('billing.title')}>
                {late(name === undefined ? <Batches /> : <Batch key={name} name={decodeURIComponent(name)} />)}
              </For>
            )}
          </Route>
          <Route path="/readings/:point/days">
            {({ point }) => (
              <For permission="reading.read" title={t('readings.daily')}>
                {late(<DailyUse key={point} point={decodeURIComponent(point)} />)}
              </For>
            )}
          </Route>
          <Route path="/readings/special/:id?">
            {({ id }) => (
              <For permission="reading.take" title={t('special.title')}>
                {late(id === undefined ? <Specials /> : <SpecialForm key={id} id={decodeURIComponent(id)} />)}
              </For>
            )}
          </Route>
          <Route path="/readings/walk">
            <For permission="reading.take" title={t('meterWalk.title')}>
              {late(<MeterWalk />)}
            </For>
          </Route>
          {/* Who only reads meters on the spot begins with the walk. */}
          {may(me.data.role, 'reading.take') && !may(me.data.role, 'reading.read') ? (
            <Route path="/readings">
              <Redirect to="/readings/walk" replace />
            </Route>
          ) : null}
          <Route path="/readings/:point?">
            {({ point }) => (
              <For permission="reading.read" title={t('readings.title')}>
                {late(point === undefined ? <Readings /> : <MeterLife point={decodeURIComponent(point)} />)}
              </For>
            )}
          </Route>
          <Route path="/trends">
            <For permission="plant.read" title={t('trends.title')}>
              {late(<Trends />)}
            </For>
          </Route>
          <Route path="/settings/:section?">{({ section }) => late(<Settings section={section} />)}</Route>
          <Route>
            <Page title={t('brand')}>
              <section className="card">
                <Empty icon="help" title={t('common.notFound')} why={t('common.notFoundWhy')} />
              </section>
            </Page>
          </Route>
        </Switch>
      </Frame>
    </SignedIn>
  )
}

interface ForProps {
  readonly permission: Permission
  readonly title: string
  readonly children: ReactNode
}
/** A page for those whose role may see it; the others are told so. */
function For({ permission, title, children }: ForProps) {
  if (useMay(permission)) return children
  return (
    <Page title={title}>
      <NotYours permission={permission} />
    </Page>
  )
}

const late = (page: ReactNode) => <Suspense fallback={<Opening />}>{page}</Suspense>
