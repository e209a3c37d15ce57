"""FIT-Connect, the national transport of applications, API version 2, as a sending client.

settings   where the services are, how patient the client is
wire       HTTP: token, time limits, troubles instead of exceptions
routing    which destination is responsible
directory  recipients and their public keys
crypto     JWE, JWS, which keys are good enough
parcel     an application as ciphertext
outbox     parcels on disk
delivery   the steps of one parcel to its destination
events     the signed event log
service    all of it as `kiosk.ports.SubmissionService`
"""

from online.fit_connect.outbox import Outbox, OutboxError
from online.fit_connect.service import Backlog, FitConnect
from online.fit_connect.settings import Delays, FitConnectSettings, Secrets

__all__ = ["Backlog", "Delays", "FitConnect", "FitConnectSettings", "Outbox", "OutboxError", "Secrets"]
