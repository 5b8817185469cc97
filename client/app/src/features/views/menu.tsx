// The button beside a screen's title: which view is open, and all that can be done with views.
import './views.css'
import {
  ArrowDown,
  ArrowUp,
  Bookmark,
  BookmarkCheck,
  BookmarkPlus,
  Copy,
  Link2,
  Pencil,
  Save,
  Trash2,
  Undo2,
  Users,
} from 'lucide-react'
import { useState } from 'react'
import { Button as AriaButton } from 'react-aria-components'
import { useCommands } from '@/commands'
import { usePermission } from '@/session/session'
import { Icon } from '@/ui/icon'
import { MenuButton, MenuItem, MenuSection, MenuSeparator } from '@/ui/menu'
import { toast } from '@/ui/toasts'
import { refusalOf, removeView, reorderViews, saveView, updateView } from './commands'
import { ViewDialog } from './dialog'
import {
  isEmptyQuery,
  queryText,
  stepped,
  type View,
  type ViewQuery,
  type ViewScreen,
} from './model'
import { useViewsTexts } from './texts'
import {
  type Addressed,
  defaultView,
  setDefaultView,
  useAddressedView,
  useViews,
} from './use-views'

export interface ViewMenuProps extends Omit<Addressed, 'views'> {
  screen: ViewScreen
  /** Of the views of this kind of screen, those of this one. */
  only?: (view: View) => boolean
  /** Added to what is saved: a board's view is of that board. */
  also?: ViewQuery
  /** The address of a view, from the root. */
  linkOf: (view: View) => string
}

type Asking = { what: 'save' } | { what: 'rename'; view: View }

export default function ViewMenu(props: ViewMenuProps) {
  const { screen, place, only, query, read, show, also, linkOf } = props
  const t = useViewsTexts()
  const views = useViews(screen, only)
  const view = useAddressedView({ ...props, views })
  const mayShare = usePermission('views.share')
  const [asking, setAsking] = useState<Asking>()
  const [usual, setUsual] = useState(() => defaultView(place))
  const isChanged = view !== undefined && queryText(read(view.query)) !== queryText(query)
  const mayEdit = view !== undefined && (!view.shared || mayShare)
  const isUsual = view !== undefined && usual === view.id
  const all = [...views.own, ...views.shared]
  const siblings = view?.shared ? views.shared : views.own

  const open = (each: View) => show(read(each.query), each.id)
  const copyLink = (each: View) => {
    const text = `${location.origin}${linkOf(each)}`
    // Without a secure address there is no clipboard.
    const copied = navigator.clipboard?.writeText(text) ?? Promise.reject(new Error('no clipboard'))
    copied.then(
      () => toast(t('copied', { name: each.name })),
      () => toast(t('copyFailed')),
    )
  }
  const duplicate = (each: View) => {
    const name = t('copyOf', { name: each.name }).slice(0, 80)
    void saveView({ screen, name, query: each.query, shared: false }).then(
      (id) => show(query, id),
      (error: unknown) => toast(refusalOf(error)),
    )
  }
  const makeUsual = (each: View) => {
    setDefaultView(place, isUsual ? undefined : each.id)
    setUsual(isUsual ? undefined : each.id)
    toast(isUsual ? t('noDefaultSaid') : t('defaultSaid', { name: each.name }))
  }
  const remove = (each: View) => {
    removeView(each)
    show(query, undefined)
  }
  const step = (by: -1 | 1) => (view ? stepped(siblings, view.id, by) : undefined)
  const move = (by: -1 | 1) => {
    const order = step(by)
    if (order && view) reorderViews(screen, view.shared, order)
  }

  useCommands(t('views'), () => [
    ...all.map((each) => ({
      id: `views.${each.id}`,
      title: each.name,
      icon: each.shared ? Users : Bookmark,
      words: `${t('view')} view görünüm`,
      checked: each.id === view?.id,
      run: () => open(each),
    })),
    ...(isEmptyQuery(query)
      ? []
      : [
          {
            id: 'views.save',
            title: t('saveAs'),
            icon: BookmarkPlus,
            words: 'view save görünüm kaydet',
            run: () => setAsking({ what: 'save' }),
          },
        ]),
  ])

  const item = (each: View) => (
    <MenuItem
      key={each.id}
      id={each.id}
      icon={each.shared ? Users : Bookmark}
      checked={each.id === view?.id}
      onAction={() => open(each)}
    >
      {each.name}
    </MenuItem>
  )
  const label = view
    ? `${t('view')}: ${view.name}${isChanged ? `, ${t('changed')}` : ''}`
    : t('views')
  return (
    <>
      <MenuButton
        label={t('views')}
        button={
          <AriaButton
            className="btn q view-btn"
            aria-label={label}
            data-on={view ? true : undefined}
          >
            <Icon of={view ? BookmarkCheck : Bookmark} />
            <span className="el">{view?.name ?? t('views')}</span>
            {isChanged && <i className="dot" />}
          </AriaButton>
        }
      >
        {views.own.length > 0 ? (
          <MenuSection title={t('mine')}>{views.own.map(item)}</MenuSection>
        ) : null}
        {views.shared.length > 0 ? (
          <MenuSection title={t('ours')}>{views.shared.map(item)}</MenuSection>
        ) : null}
        {all.length > 0 ? <MenuSeparator /> : null}
        {all.length === 0 && isEmptyQuery(query) ? (
          <MenuItem isDisabled>{t('none')}</MenuItem>
        ) : null}
        {view && isChanged && mayEdit ? (
          <MenuItem icon={Save} onAction={() => updateView(view, { ...also, ...query })}>
            {t('save')}
          </MenuItem>
        ) : null}
        {view && isChanged ? (
          <MenuItem icon={Undo2} onAction={() => open(view)}>
            {t('revert')}
          </MenuItem>
        ) : null}
        {isEmptyQuery(query) ? null : (
          <MenuItem icon={BookmarkPlus} onAction={() => setAsking({ what: 'save' })}>
            {t('saveAs')}
          </MenuItem>
        )}
        {view ? (
          <MenuItem icon={Link2} onAction={() => copyLink(view)}>
            {t('copyLink')}
          </MenuItem>
        ) : null}
        {view ? (
          <MenuItem icon={BookmarkCheck} checked={isUsual} onAction={() => makeUsual(view)}>
            {isUsual ? t('noDefault') : t('makeDefault')}
          </MenuItem>
        ) : null}
        {view ? (
          <MenuItem icon={Copy} onAction={() => duplicate(view)}>
            {t('duplicate')}
          </MenuItem>
        ) : null}
        {view && mayEdit ? (
          <MenuItem icon={Pencil} onAction={() => setAsking({ what: 'rename', view })}>
            {t('rename')}
          </MenuItem>
        ) : null}
        {mayEdit && step(-1) ? (
          <MenuItem icon={ArrowUp} onAction={() => move(-1)}>
            {t('up')}
          </MenuItem>
        ) : null}
        {mayEdit && step(1) ? (
          <MenuItem icon={ArrowDown} onAction={() => move(1)}>
            {t('down')}
          </MenuItem>
        ) : null}
        {view && mayEdit ? (
          <MenuItem icon={Trash2} danger onAction={() => remove(view)}>
            {t('remove')}
          </MenuItem>
        ) : null}
      </MenuButton>
      {asking && (
        <ViewDialog
          {...(asking.what === 'rename' ? { view: asking.view } : {})}
          mayShare={mayShare}
          draft={{ screen, query: { ...also, ...query } }}
          onSaved={(id) => show(query, id)}
          onClose={() => setAsking(undefined)}
        />
      )}
    </>
  )
}
