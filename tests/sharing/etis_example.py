"""ETIS' published worked example, the oracle of routing and of its figures."""

from decimal import Decimal

from apps.sharing.routing import Part, Stop

# ETIS' published example: 1 t of raw ivory seized in Singapore by Singapore.
ETIS = (
    Stop("UG", Part.ORIGIN, share=Decimal("0.2")),
    Stop("KE", Part.ORIGIN, share=Decimal("0.8")),
    Stop("KE", Part.EXPORT),
    Stop("AE", Part.TRANSIT, seizure_opportunity=True),
    Stop("MY", Part.TRANSIT, seizure_opportunity=False),
    Stop("CN", Part.DESTINATION),
)
