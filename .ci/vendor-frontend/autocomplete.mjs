// The autocomplete box for country and species, as one classic script: window.accessibleAutocomplete(options).
export { default } from 'accessible-autocomplete/src/wrapper.js'
