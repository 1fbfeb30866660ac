// The behaviours of GOV.UK Frontend that our templates use, as one classic script: window.GOVUKFrontend.start(scope).
import { Button } from 'govuk-frontend/dist/govuk/components/button/button.mjs'
import { Checkboxes } from 'govuk-frontend/dist/govuk/components/checkboxes/checkboxes.mjs'
import { ErrorSummary } from 'govuk-frontend/dist/govuk/components/error-summary/error-summary.mjs'
import { NotificationBanner } from 'govuk-frontend/dist/govuk/components/notification-banner/notification-banner.mjs'
import { Radios } from 'govuk-frontend/dist/govuk/components/radios/radios.mjs'
import { SkipLink } from 'govuk-frontend/dist/govuk/components/skip-link/skip-link.mjs'

const behaviours = [Button, Checkboxes, ErrorSummary, NotificationBanner, Radios, SkipLink]

export function start (scope) {
  for (const Behaviour of behaviours) {
    const name = Behaviour.moduleName
    for (const element of scope.querySelectorAll(`[data-module="${name}"]:not([data-${name}-init])`)) {
      new Behaviour(element) // eslint-disable-line no-new
    }
  }
}
