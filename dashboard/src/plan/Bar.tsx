import type { ReactNode } from 'react'
import { type At, type Box, type PlanSession, zoomed } from '../../../rules/planedit.ts'
import type { SiteEdit } from '../pages/settings/siteedit.ts'
import { Button } from '../parts/Button.tsx'
import { Icon, type IconName } from '../parts/Icon.tsx'
import { useText } from '../text/index.ts'

interface Props {
  readonly session: PlanSession
  readonly changed: boolean
  readonly grid: boolean
  readonly hasDrawing: boolean
  /** What is looked at, and all there is. */
  readonly view: Box | null
  readonly all: Box | null
  readonly defaultView: Box | null
  readonly edit: SiteEdit
  readonly upload: ReactNode
  readonly onUndo: () => void
  readonly onRedo: () => void
  readonly onGrid: (on: boolean) => void
  readonly onEye: (view: Box | null) => void
  readonly onDefault: (view: Box | null) => void
  readonly onSave: () => void
  readonly onLeave: () => void
}

/** What is done to the plan as a whole. */
export function Bar(props: Props) {
  const { session, changed, grid, hasDrawing, view, all, defaultView, edit, upload } = props
  const { t } = useText()
  const nearer = (by: number) => {
    if (!view || !all) return
    const middle: At = [view[0] + view[2] / 2, view[1] + view[3] / 2]
    props.onEye(zoomed(view, by, middle, all))
  }
  return (
    <div className="row wrap bar-h ple-bar" role="toolbar" aria-label={t('planEdit.tools')}>
      <Tool icon="back" word={t('planEdit.undo')} off={session.at === 0} onDo={props.onUndo} />
      <Tool icon="forth" word={t('planEdit.redo')} off={session.at === session.steps.length - 1} onDo={props.onRedo} />
      <span className="ple-gap" />
      <Tool icon="minus" word={t('planEdit.further')} off={!hasDrawing} onDo={() => nearer(1 / 1.5)} />
      <Tool icon="plus" word={t('planEdit.nearer')} off={!hasDrawing} onDo={() => nearer(1.5)} />
      <Button onClick={() => props.onEye(null)}>{t('planEdit.all')}</Button>
      <label className="row g2">
        <input type="checkbox" checked={grid} onChange={event => props.onGrid(event.target.checked)} />
        {t('planEdit.grid')}
      </label>
      {defaultView ? (
        <>
          <Button onClick={() => props.onEye(defaultView)}>{t('planEdit.showDefault')}</Button>
          <Button onClick={() => props.onDefault(null)}>{t('planEdit.dropDefault')}</Button>
        </>
      ) : (
        <Button
          blocked={view && all && view[2] < all[2] ? null : t('planEdit.zoomFirst')}
          sayWhy
          onClick={() => view && props.onDefault(view.map(n => Number(n.toPrecision(6))) as unknown as Box)}
        >
          {t('planEdit.setDefault')}
        </Button>
      )}
      <span className="ml row wrap">
        {upload}
        <Button onClick={props.onLeave}>{t('planEdit.leave')}</Button>
        <Button
          primary
          icon="check"
          blocked={edit.blocked ?? (changed ? null : t('planEdit.nothing'))}
          sayWhy
          onClick={props.onSave}
        >
          {t(edit.busy ? 'site.saving' : 'planEdit.save')}
        </Button>
      </span>
      <span className="sr" role="status">
        {changed ? t('planEdit.unsaved') : edit.saved ? t('orderSettings.saved') : ''}
      </span>
    </div>
  )
}

function Tool(props: {
  readonly icon: IconName
  readonly word: string
  readonly off: boolean
  readonly onDo: () => void
}) {
  return (
    <button type="button" className="ib" disabled={props.off} title={props.word} onClick={props.onDo}>
      <Icon name={props.icon} />
      <span className="sr">{props.word}</span>
    </button>
  )
}
