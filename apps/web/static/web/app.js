/* Comfort, never function: every page works without this file. It starts GOV.UK's behaviours, makes autocompletes of
   looked-up words, hides what a choice makes pointless, follows the focus, and says when the line is down. Everything is
   done again for what htmx puts into the page; whatever is done marks its element, so that twice is once. */
(() => {
  'use strict'

  const all = (scope, selector) => [
    ...(scope.matches?.(selector) ? [scope] : []), ...scope.querySelectorAll(selector)
  ]
  const once = (element, mark) => {
    const fresh = !element.hasAttribute(`data-${mark}-done`)
    element.setAttribute(`data-${mark}-done`, '')
    return fresh
  }
  const escaped = (text) => String(text).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

  // --- a box over a <datalist> becomes an accessible autocomplete -----------------------------------------------------
  const lists = new Map()
  function entriesOf (list) {
    if (!lists.has(list)) {
      lists.set(list, Array.from(list.options, (option) => ({
        label: option.value,
        code: option.text === option.value ? '' : option.text,
        search: [option.value, option.text, option.dataset.also ?? ''].join('|').toLocaleLowerCase()
      })))
    }
    return lists.get(list)
  }

  // The exact code first, then words that begin so, then words that hold it.
  function rank (entry, query) {
    if (entry.code.toLocaleLowerCase() === query || entry.label.toLocaleLowerCase() === query) return 0
    if (entry.label.toLocaleLowerCase().startsWith(query)) return 1
    return entry.search.includes(query) ? 2 : 3
  }

  function found (entries, typed) {
    const query = typed.trim().toLocaleLowerCase()
    if (!query) return []
    return entries.map((entry) => ({ entry, at: rank(entry, query) })).filter(({ at }) => at < 3)
      .sort((a, b) => a.at - b.at).slice(0, 12).map(({ entry }) => entry)
  }

  // What the page's list does not hold (other names of a species) the server may know; a later answer to what is no longer
  // typed is thrown away, and without an answer the box says that nothing was found, as it did.
  let asked = ''
  async function ask (url, typed, show) {
    asked = typed
    try {
      const answer = await fetch(`${url}?q=${encodeURIComponent(typed)}`, { headers: { Accept: 'application/json' } })
      const { results } = answer.ok ? await answer.json() : { results: [] }
      if (asked === typed && results.length) show(results)
    } catch { /* no line: the list on the page is what there is */ }
  }

  // The package sets and clears aria-describedby as it pleases; our hint and message are put back each time.
  function keepDescribed (input, ids) {
    const put = () => {
      const now = (input.getAttribute('aria-describedby') ?? '').split(' ').filter(Boolean)
      const missing = ids.filter((id) => !now.includes(id))
      if (missing.length) input.setAttribute('aria-describedby', [...missing, ...now].join(' '))
    }
    put()
    new MutationObserver(put).observe(input, { attributes: true, attributeFilter: ['aria-describedby'] })
  }

  function lookup (original) {
    const list = document.getElementById(original.getAttribute('list'))
    if (!list || !window.accessibleAutocomplete || !once(original, 'lookup')) return
    const words = list.dataset
    const place = document.createElement('div')
    const focused = document.activeElement === original || original.autofocus
    original.replaceWith(place)
    window.accessibleAutocomplete({
      element: place,
      id: original.id,
      name: original.name,
      defaultValue: original.value,
      required: original.required,
      inputClasses: original.className,
      displayMenu: 'overlay',
      confirmOnBlur: false,
      source: (typed, show) => {
        const here = found(entriesOf(list), typed)
        show(here)
        if (!here.length && words.more && typed.trim().length > 1) ask(words.more, typed, show)
      },
      templates: {
        inputValue: (entry) => entry?.label ?? entry ?? '',
        suggestion: (entry) => `<span>${escaped(entry?.label ?? entry)}</span>` +
          (entry?.code && !entry.label.includes(entry.code) ? `<span class="autocomplete__code">${escaped(entry.code)}</span>` : '')
      },
      tNoResults: () => words.none,
      tAssistiveHint: () => words.hint,
      tStatusNoResults: () => words.none,
      tStatusQueryTooShort: () => words.hint,
      tStatusSelectedOption: (option) => option,
      tStatusResults: (length) => length === 1 ? words.one : words.many.replace('%n', length)
    })
    const input = place.querySelector('input:not([readonly])')
    if (original.getAttribute('aria-invalid')) input.setAttribute('aria-invalid', 'true')
    keepDescribed(input, (original.getAttribute('aria-describedby') ?? '').split(' ').filter(Boolean))
    input.autofocus = original.autofocus
    if (focused) input.focus()
  }

  // --- what hangs on a choice is shown only with it --------------------------------------------------------------------
  const valueOf = (id) => {
    const box = document.getElementById(id)
    if (box && 'value' in box) return box.value
    return document.querySelector(`[id^="${CSS.escape(id)}_"]:checked`)?.value ?? ''
  }
  function settle (scope) {
    // What holds a value is never hidden: it is sent, and whatever is said of it must be seen.
    const empty = (part) => !all(part, 'input:not([type="radio"], [type="checkbox"]), select').some((box) => box.value)
    for (const part of all(scope, '[data-when]')) {
      part.hidden = valueOf(part.dataset.when) !== part.dataset.is && empty(part)
    }
    for (const shape of all(scope, '[data-part-of]')) shape.dataset.part = valueOf(shape.dataset.partOf)
  }

  // --- a token can be copied ---------------------------------------------------------------------------------------------
  function copy (button) {
    if (!navigator.clipboard || !once(button, 'copy')) return
    button.hidden = false
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent)
      button.textContent = button.dataset.done
      say(button.dataset.done)
    })
  }

  function say (text) {
    const live = document.getElementById('app-live')
    if (live) live.textContent = text
  }

  function start (scope) {
    window.GOVUKFrontend?.start(scope)
    all(scope, 'input[data-lookup]').forEach(lookup)
    all(scope, '[data-copy]').forEach(copy)
    settle(scope)
  }

  document.body.classList.add('js-enabled', 'govuk-frontend-supported')
  start(document.body)

  document.addEventListener('change', () => settle(document.body))

  // Enter in a row means another row: the form is sent by its own button only.
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.defaultPrevented || event.isComposing) return
    if (!event.target.matches?.('[data-row] input:not([type="checkbox"], [type="radio"])')) return
    const add = event.target.closest('[data-rows]').querySelector('[data-add]')
    event.preventDefault()
    if (add) add.click()
  })

  document.addEventListener('htmx:load', (event) => start(event.detail.elt))
  document.addEventListener('htmx:afterSettle', (event) => {
    const target = all(event.detail.elt, '[autofocus]').at(-1)
    if (target) {
      target.focus()
      say(target.closest('[data-row]')?.querySelector('legend')?.textContent.trim() ?? '')
    }
  })

  const offline = document.getElementById('app-offline')
  const line = (up) => { if (offline) offline.hidden = up }
  window.addEventListener('offline', () => line(false))
  window.addEventListener('online', () => line(true))
  document.addEventListener('htmx:sendError', () => line(false))
  // A row that does not come says why; the form's own button keeps what was typed, whatever became of the session.
  const refused = document.getElementById('app-refused')
  document.addEventListener('htmx:responseError', (event) => {
    if (!refused) return
    refused.textContent = [401, 403].includes(event.detail.xhr.status) ? refused.dataset.left : refused.dataset.failed
    refused.hidden = false
  })
  document.addEventListener('htmx:afterRequest', (event) => { 
    if (!event.detail.successful) return
    line(true)
    if (refused) refused.hidden = true
  })
})()
