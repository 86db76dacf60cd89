"""Who gets which answer at every route, against the full case of `staged.py`.

A row: method, route as it is written in the code, the thing it is asked about (where there are
several), what is typed (if anything), then one status for each person. An act is asked with an
otherwise empty form: 422 and 303 are beyond the gate, 401, 403 and 404 before it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.web.csrf import SAFE
from tests.appealed import APPEAL
from tests.asking import REQUEST, RETAINER
from tests.cast import (
    AMIRA,
    CLAIRE,
    CLAIRE_TO_AMIRA,
    CLAIRE_TO_JONAS,
    DINA,
    FARIDA,
    HEARING,
    JONAS,
    LOUIS,
    MARC,
    NOOR,
    RENEE,
    SAM,
    VICTOR,
    Character,
)
from tests.invited import CONFIRMING, LAILA, LETTER
from tests.mailed import MAILING, POSTED
from tests.portal.inbox.served import NOTICE
from tests.reviewed import SEALED, WISH
from tests.staged import (
    APPROVAL,
    ASKED,
    BATCH,
    CANCELLED,
    CLEAN,
    DRAFT,
    DRAFTED,
    ENDED,
    FILED,
    HELD,
    INFECTED,
    INVITATION,
    LOCKED,
    OFFER,
    PLACE,
    STANDING,
    SUSPENSION,
    TEAM,
    UNFINISHED,
    Staged,
)
from tests.told import STOP, SUPPRESSION
from tests.uploads import at_once, piece

# In the order of the columns; nobody is somebody who is signed out.
PEOPLE: tuple[Character | None, ...] = (
    None,
    SAM,
    LOUIS,
    CLAIRE,
    AMIRA,
    JONAS,
    FARIDA,
    DINA,
    MARC,
    RENEE,
    VICTOR,
)
ABSENT = "00000000-0000-4000-8000-000000000000"

TABLE = """
#                                                                                   out SAM LOU CLA AMI JON FAR DIN MAR REN VIC
# The door, and what anybody may see.
GET  /static/{path:path}                                                            200 200 200 200 200 200 200 200 200 200 200
GET  /                                                                              303 303 303 303 303 303 303 303 303 303 303
GET  /sign-in                                                                       200 200 200 200 200 200 200 200 200 200 200
GET  /language                                                                      303 303 303 303 303 303 303 303 303 303 303
GET  /help                                                                          200 200 200 200 200 200 200 200 200 200 200
GET  /help/in/{language}                                                            200 200 200 200 200 200 200 200 200 200 200
GET  /healthz                                                                       200 200 200 200 200 200 200 200 200 200 200
GET  /readyz                                                                        200 200 200 200 200 200 200 200 200 200 200
GET  /mail                                                                          200 200 200 200 200 200 200 200 200 200 200
GET  /accessibility                                                                 200 200 200 200 200 200 200 200 200 200 200
GET  /verify                                                                        200 200 200 200 200 200 200 200 200 200 200
POST /verify                                                                        422 422 422 422 422 422 422 422 422 422 422
# Who comes with a letter; without a pass there is nothing behind the door.
GET  /join                                                                          200 200 200 200 200 200 200 200 200 200 200
POST /join                                                                          422 422 422 422 422 422 422 422 422 422 422
GET  /join/choice                                                                   410 410 410 410 410 410 410 410 410 410 410
POST /join/look                                                                     410 410 410 410 410 410 410 410 410 410 410
GET  /join/look                                                                     410 410 410 410 410 410 410 410 410 410 410
POST /join/ending                                                                   303 303 303 303 303 303 303 303 303 303 303
GET  /join/account                                                                  410 410 410 410 410 410 410 410 410 410 410
POST /join/account                                                                  410 410 410 410 410 410 410 410 410 410 410
GET  /join/address/{token}                                                          404 404 404 404 404 404 404 404 404 404 404
GET  /join/address/{token}                                 @confirming              200 200 200 200 200 200 200 200 200 200 200
POST /join/address/{token}                                 @confirming              303 303 303 303 303 303 303 303 303 303 303
GET  /hearing-check                                                                 200 200 200 200 200 200 200 200 200 200 200
POST /hearing-check                                                                 422 422 422 422 422 422 422 422 422 422 422
POST /sign-in                                                                       422 422 422 422 422 422 422 422 422 422 422
POST /sign-out                                                                      303 303 303 303 303 303 303 303 303 303 303
POST /leaving                                                                       303 303 303 303 303 303 303 303 303 303 303
GET  /measures                                                                      200 200 200 200 200 200 200 200 200 200 200
GET  /session                                                                       303 204 204 204 204 204 204 204 204 204 204
# How somebody is told; a reminder's own link needs no session.
GET  /preferences                                                                   303 200 200 200 200 200 200 200 200 200 200
POST /preferences                                                                   401 422 422 422 422 422 422 422 422 422 422
GET  /reminders/{token}                                                             404 404 404 404 404 404 404 404 404 404 404
GET  /reminders/{token}                                    @stop                    200 200 200 200 200 200 200 200 200 200 200
POST /reminders/{token}                                                             404 404 404 404 404 404 404 404 404 404 404
POST /reminders/{token}                                    @stop                    200 200 200 200 200 200 200 200 200 200 200
# Without a secret in the settings there is no such door.
POST /bounces                                                                       404 404 404 404 404 404 404 404 404 404 404
# Cases: strangers and officers of another division find nothing there.
GET  /cases                                                                         303 200 200 200 200 200 303 303 200 200 200
GET  /cases/{case_id:uuid}                                                          303 404 404 200 200 200 200 200 200 200 404
GET  /cases/{case_id:uuid}/history                                                  303 404 404 200 200 200 200 200 200 200 404
GET  /cases/{case_id:uuid}/in/{language}                                            303 404 404 200 200 200 200 200 200 200 404
GET  /cases/{case_id:uuid}/principal                                                303 404 404 303 303 303 303 303 303 303 404
POST /cases/{case_id:uuid}/principal                                                401 404 404 303 303 303 303 303 303 303 404
GET  /cases/{case_id:uuid}/documents                                                303 404 404 303 303 403 303 303 303 303 404
# Appeals: the claimant's side with the right to make requests; a receipt, who filed it and the Division.
GET  /cases/{case_id:uuid}/appeal                                                   303 404 404 200 403 403 200 200 404 403 404
POST /cases/{case_id:uuid}/appeal                          id=11111111-1111-4111-8111-111111111111 401 404 404 422 403 403 422 422 404 403 404
GET  /appeals/{appeal_id:uuid}                                                      303 404 404 200 404 404 404 404 404 404 200
# Hearings: everybody who sees the case, officers of its division included.
GET  /hearings                                                                      303 200 200 200 200 200 200 200 200 200 200
GET  /hearings/month                                                                303 200 200 200 200 200 200 200 200 200 200
GET  /hearings/feed                                                                 303 200 200 200 200 200 200 200 200 200 200
POST /hearings/feed                                                                 401 200 200 200 200 200 200 200 200 200 200
POST /hearings/feed/ending                                                          401 303 303 303 303 303 303 303 303 303 303
GET  /calendar/{token}.ics                                                          404 404 404 404 404 404 404 404 404 404 404
GET  /hearings/{hearing_id:uuid}                                                    303 404 404 200 200 200 200 200 200 200 404
GET  /hearings/{hearing_id:uuid}                           @cancelled               303 404 404 200 200 200 200 200 200 200 404
GET  /hearings/{hearing_id:uuid}.ics                                                303 404 404 200 200 200 200 200 200 200 404
GET  /hearings/{hearing_id:uuid}/sheet                                              303 404 404 200 200 200 200 200 200 200 404
# The first page of the person whom a case is about, and the ways from it.
GET  /device-test                                                                   200 200 200 200 200 200 200 200 200 200 200
GET  /my-documents                                                                  303 200 200 200 200 200 303 303 200 200 200
GET  /my-contact-details                                                            303 200 200 200 200 200 303 303 200 200 200
# Filing: a draft is seen by those it is filed for and with; the registry prepares nothing.
POST /cases/{case_id:uuid}/submissions                                              401 404 404 303 303 403 303 303 303 403 404
GET  /submissions/{submission_id:uuid}                                              303 404 404 200 200 404 404 404 404 404 404
GET  /submissions/{submission_id:uuid}                     @filed                   303 404 404 303 303 403 303 303 303 303 404
GET  /submissions/{submission_id:uuid}/states                                       303 404 404 303 303 404 404 404 404 404 404
GET  /submissions/{submission_id:uuid}/states              @filed                   303 404 404 303 303 403 303 303 303 303 404
POST /submissions/{submission_id:uuid}/documents           file=a.txt               401 404 404 303 303 404 404 404 404 404 404
POST /submissions/{submission_id:uuid}/documents           @filed file=a.txt        401 404 404 303 303 403 303 303 303 303 404
# Files in pieces: begun by who may add to the draft, gone on with by nobody else.
OPTIONS /submissions/{submission_id:uuid}/uploads                                   204 204 204 204 204 204 204 204 204 204 204
GET  /submissions/{submission_id:uuid}/uploads                                      303 404 404 200 200 404 404 404 404 404 404
GET  /submissions/{submission_id:uuid}/uploads             @filed                   303 404 404 200 200 403 200 200 200 200 404
POST /submissions/{submission_id:uuid}/uploads             tus=whole                401 404 404 200 200 404 404 404 404 404 404
POST /submissions/{submission_id:uuid}/uploads             @filed tus=whole         401 404 404 409 409 403 409 409 409 409 404
GET  /uploads/{upload_id:uuid}                                                      303 404 404 200 404 404 404 404 404 404 404
PATCH /uploads/{upload_id:uuid}                            tus=elsewhere            401 404 404 409 404 404 404 404 404 404 404
POST /uploads/{upload_id:uuid}                             tus=override             401 404 404 409 404 404 404 404 404 404 404
DELETE /uploads/{upload_id:uuid}                           tus=end                  401 404 404 204 404 404 404 404 404 404 404
POST /submissions/{submission_id:uuid}/descriptions                                 401 404 404 303 303 404 404 404 404 404 404
POST /submissions/{submission_id:uuid}/descriptions        @filed                   401 404 404 303 303 403 303 303 303 303 404
GET  /submissions/{submission_id:uuid}/check                                        303 404 404 200 200 404 404 404 404 404 404
GET  /submissions/{submission_id:uuid}/check               @filed                   303 404 404 303 303 403 303 303 303 303 404
POST /submissions/{submission_id:uuid}/filing                                       401 404 404 303 303 404 404 404 404 404 404
POST /submissions/{submission_id:uuid}/filing              @filed                   401 404 404 303 303 403 303 303 303 303 404
GET  /submissions/{submission_id:uuid}/receipt                                      303 404 404 303 303 404 404 404 404 404 404
GET  /submissions/{submission_id:uuid}/receipt             @filed                   303 404 404 200 200 403 200 200 200 200 404
GET  /submissions/{submission_id:uuid}/receipt.pdf                                  303 404 404 404 404 404 404 404 404 404 404
GET  /submissions/{submission_id:uuid}/receipt.pdf         @filed                   303 404 404 200 200 403 200 200 200 200 404
GET  /submissions/{submission_id:uuid}/receipt.pdf         @filed ?language=both    303 404 404 200 200 403 200 200 200 200 404
# Requests: who may ask, in a name; seen by the side that asked, decided by the registry.
GET  /cases/{case_id:uuid}/requests/new                                            303 404 404 200 403 403 200 200 200 403 404
GET  /cases/{case_id:uuid}/requests/new                    ?kind=change_of_date    303 404 404 200 403 403 200 200 200 403 404
GET  /cases/{case_id:uuid}/requests/new                    ?kind=change_of_location 303 404 404 200 403 403 200 200 200 403 404
GET  /cases/{case_id:uuid}/requests/new                    ?kind=interpreter       303 404 404 200 403 403 200 200 200 403 404
GET  /cases/{case_id:uuid}/requests/new                    ?kind=extension         303 404 404 200 403 403 200 200 200 403 404
POST /cases/{case_id:uuid}/requests/new                    ?kind=change_of_date    401 404 404 422 403 403 422 422 422 403 404
POST /cases/{case_id:uuid}/requests                        ?kind=change_of_date    401 404 404 422 403 403 422 422 422 403 404
POST /cases/{case_id:uuid}/requests/papers                 ?kind=change_of_date    401 404 404 303 403 403 303 303 303 403 404
GET  /submissions/{submission_id:uuid}/request                                     303 404 404 303 303 404 404 404 404 404 404
GET  /submissions/{submission_id:uuid}/request             @filed                  303 404 404 303 303 403 303 303 303 303 404
GET  /cases/{case_id:uuid}/requests/new                    ?kind=contact_details    303 404 404 200 403 403 200 200 200 403 404
GET  /cases/{case_id:uuid}/requests/new                    ?kind=counsel_withdrawal 303 404 404 200 403 403 200 200 200 403 404
GET  /cases/{case_id:uuid}/requests/new                    ?kind=counsel_removal    303 404 404 200 403 403 200 200 200 403 404
POST /cases/{case_id:uuid}/requests/new                    ?kind=contact_details    401 404 404 422 403 403 422 422 422 403 404
POST /cases/{case_id:uuid}/requests                        ?kind=contact_details    401 404 404 422 403 403 422 422 422 403 404
POST /cases/{case_id:uuid}/requests/new                    ?kind=counsel_withdrawal 401 404 404 422 403 403 404 404 404 403 404
POST /cases/{case_id:uuid}/requests                        ?kind=counsel_withdrawal 401 404 404 422 403 403 404 404 404 403 404
POST /cases/{case_id:uuid}/requests/new                    ?kind=counsel_removal    401 404 404 404 403 403 422 422 404 403 404
POST /cases/{case_id:uuid}/requests                        ?kind=counsel_removal    401 404 404 404 403 403 422 422 404 403 404
POST /cases/{case_id:uuid}/requests/papers                 ?kind=contact_details    401 404 404 303 403 403 303 303 303 403 404
# Counsel tells of a new case; the registry answers.
GET  /retainers                                                                     303 200 200 200 404 404 404 404 200 404 404
GET  /retainers/new                                                                 303 200 200 200 404 404 404 404 200 404 404
POST /retainers/new                                                                 401 422 422 422 404 404 404 404 422 404 404
GET  /registry/retainers/{retainer_id:uuid}                                         303 404 404 404 404 404 404 404 404 200 404
POST /registry/retainers/{retainer_id:uuid}/standing                                401 404 404 404 404 404 404 404 404 422 404
POST /registry/retainers/{retainer_id:uuid}/refusal                                 401 404 404 404 404 404 404 404 404 422 404
GET  /requests/{request_id:uuid}                                                   303 404 404 200 200 200 200 200 404 200 404
GET  /requests/{request_id:uuid}/withdrawal                                        303 404 404 200 403 403 403 403 404 403 404
POST /requests/{request_id:uuid}/withdrawal                                        401 404 404 303 403 403 403 403 404 403 404
GET  /requests/{request_id:uuid}/decision                                          303 404 404 404 404 404 404 404 404 200 404
POST /requests/{request_id:uuid}/decision/preview                                  401 404 404 404 404 404 404 404 404 422 404
POST /requests/{request_id:uuid}/decision                                          401 404 404 404 404 404 404 404 404 422 404
# Approvals: answered by those who may file what waits; only who asked takes it back.
GET  /approvals                                                                     303 200 200 200 200 200 200 200 200 200 200
POST /submissions/{submission_id:uuid}/approvals           key=11111111-1111-4111-8111-111111111111 401 404 404 303 303 404 404 404 404 404 404
POST /submissions/{submission_id:uuid}/approvals           @filed key=11111111-1111-4111-8111-111111111111 401 404 404 303 303 403 303 303 303 303 404
GET  /approvals/{approval_id:uuid}/return                                           303 404 404 200 200 404 404 404 404 404 404
POST /approvals/{approval_id:uuid}/return                                           401 404 404 422 422 404 404 404 404 404 404
POST /approvals/{approval_id:uuid}/withdrawal                                       401 404 404 404 303 404 404 404 404 404 404
# Documents: read by those with the right to, and only when found clean.
GET  /documents/{document_id:uuid}                                                  303 404 404 200 200 403 200 200 200 200 404
GET  /documents/{document_id:uuid}                         @held                    303 404 404 200 200 403 200 200 200 200 404
GET  /documents/{document_id:uuid}                         @infected                303 404 404 200 200 403 200 200 200 200 404
GET  /documents/{document_id:uuid}                         @locked                  303 404 404 200 200 403 200 200 200 200 404
GET  /documents/{document_id:uuid}                         @drafted                 303 404 404 200 200 404 404 404 404 404 404
GET  /documents/{document_id:uuid}/file                                             303 404 404 200 200 403 200 200 200 200 404
GET  /documents/{document_id:uuid}/file                    @held                    303 404 404 403 403 403 403 403 403 403 404
GET  /documents/{document_id:uuid}/file                    @infected                303 404 404 403 403 403 403 403 403 403 404
GET  /documents/{document_id:uuid}/file                    @locked                  303 404 404 403 403 403 403 403 403 403 404
GET  /documents/{document_id:uuid}/file                    @drafted                 303 404 404 403 403 404 404 404 404 404 404
GET  /documents/{document_id:uuid}/picture                                          303 404 404 200 200 403 200 200 200 200 404
GET  /documents/{document_id:uuid}/picture                 @held                    303 404 404 404 404 403 404 404 404 404 404
GET  /documents/{document_id:uuid}/picture                 @infected                303 404 404 404 404 403 404 404 404 404 404
GET  /documents/{document_id:uuid}/picture                 @drafted                 303 404 404 404 404 404 404 404 404 404 404
# Pixels of every page: for officers of the division, and only when found clean.
GET  /documents/{document_id:uuid}/safe-copy                                        303 404 404 404 404 404 404 404 404 200 404
GET  /documents/{document_id:uuid}/safe-copy               @held                    303 404 404 404 404 404 404 404 404 403 404
GET  /documents/{document_id:uuid}/safe-copy               @infected                303 404 404 404 404 404 404 404 404 403 404
GET  /documents/{document_id:uuid}/safe-copy               @drafted                 303 404 404 404 404 404 404 404 404 404 404
GET  /documents/{document_id:uuid}                         @sealed                  303 404 404 200 404 404 404 404 404 200 404
GET  /documents/{document_id:uuid}/file                    @sealed                  303 404 404 200 404 404 404 404 404 200 404
# After filing: replaced and taken back in the name that it was filed in; reviewed and sealed by the registry.
POST /documents/{document_id:uuid}/replacement                                      401 404 404 303 303 403 403 403 403 403 404
POST /documents/{document_id:uuid}/replacement             @sealed                  401 404 404 303 404 404 404 404 404 403 404
GET  /documents/{document_id:uuid}/withdrawal                                       303 404 404 200 200 403 403 403 403 403 404
GET  /documents/{document_id:uuid}/withdrawal              @sealed                  303 404 404 200 404 404 404 404 404 403 404
POST /documents/{document_id:uuid}/withdrawal                                       401 404 404 422 422 403 403 403 403 403 404
GET  /submissions/{submission_id:uuid}/review              @filed                   303 404 404 404 404 404 404 404 404 200 404
POST /submissions/{submission_id:uuid}/review              @filed                   401 404 404 404 404 404 404 404 404 422 404
GET  /withdrawals/{withdrawal_id:uuid}/answer                                       303 404 404 404 404 404 404 404 404 200 404
POST /withdrawals/{withdrawal_id:uuid}/answer                                       401 404 404 404 404 404 404 404 404 422 404
GET  /documents/{document_id:uuid}/seal                                             303 404 404 404 404 404 404 404 404 200 404
GET  /documents/{document_id:uuid}/seal                    @sealed                  303 404 404 404 404 404 404 404 404 200 404
POST /documents/{document_id:uuid}/seal                                             401 404 404 404 404 404 404 404 404 422 404
POST /documents/{document_id:uuid}/seal/ending             @sealed                  401 404 404 404 404 404 404 404 404 303 404
POST /documents/{document_id:uuid}/removal                                          401 404 404 303 303 403 303 303 303 403 404
POST /documents/{document_id:uuid}/removal                 @drafted                 401 404 404 303 303 404 404 404 404 404 404
POST /documents/{document_id:uuid}/place                                            401 404 404 303 303 403 303 303 303 403 404
POST /documents/{document_id:uuid}/place                   @drafted place=up        401 404 404 303 303 404 404 404 404 404 404
POST /submissions/{submission_id:uuid}/order                                        401 404 404 204 204 404 404 404 404 404 404
POST /submissions/{submission_id:uuid}/order               @filed                   401 404 404 303 303 403 303 303 303 303 404
GET  /documents/{document_id:uuid}/translation                                      303 404 404 303 303 403 303 303 303 403 404
GET  /documents/{document_id:uuid}/translation             @drafted                 303 404 404 200 200 404 404 404 404 404 404
POST /documents/{document_id:uuid}/translation                                      401 404 404 303 303 403 303 303 303 403 404
POST /documents/{document_id:uuid}/translation             @drafted                 401 404 404 303 303 404 404 404 404 404 404
# Records: taken along by those who may read; certified by the registry; the key is everybody's.
GET  /cases/{case_id:uuid}/copy                                                     303 404 404 200 200 403 200 200 200 200 404
GET  /cases/{case_id:uuid}/copy.zip                                                 303 404 404 200 200 403 200 200 200 200 404
GET  /cases/{case_id:uuid}/copy.pdf                                                 303 404 404 200 200 403 200 200 200 200 404
POST /cases/{case_id:uuid}/certified-record                                         401 404 404 404 404 404 404 404 404 200 404
GET  /record-key                                                                    200 200 200 200 200 200 200 200 200 200 200
GET  /record-key.pem                                                                200 200 200 200 200 200 200 200 200 200 200
# Notices: read by the addressee's side; acknowledged by the addressee alone.
GET  /notices                                                                       303 200 200 200 200 200 200 200 200 200 200
GET  /notices/{service_id:uuid}                                                     303 404 404 200 200 403 200 200 404 200 404
GET  /notices/{service_id:uuid}                            @amira                   303 404 404 200 200 403 200 200 404 200 404
GET  /notices/{service_id:uuid}                            @farida                  303 404 404 200 200 403 200 200 404 200 404
POST /notices/{service_id:uuid}/acknowledgement                                     401 404 404 303 403 403 403 403 404 403 404
POST /notices/{service_id:uuid}/acknowledgement            @amira                   401 404 404 403 303 403 403 403 404 403 404
POST /notices/{service_id:uuid}/acknowledgement            @farida                  401 404 404 403 403 403 303 403 404 403 404
GET  /notices/{service_id:uuid}/notice.pdf                                          303 404 404 200 200 403 200 200 404 200 404
GET  /notices/{service_id:uuid}/notice.pdf                 @amira                   303 404 404 200 200 403 200 200 404 200 404
GET  /notices/{service_id:uuid}/notice.pdf                 @farida                  303 404 404 200 200 403 200 200 404 200 404
GET  /notices/{service_id:uuid}/proof.json                                          303 404 404 200 200 403 200 200 404 200 404
GET  /notices/{service_id:uuid}/proof.pdf                                           303 404 404 200 200 403 200 200 404 200 404
# Delegations: known to the two they bind; answered by one, ended by either.
GET  /delegations                                                                   303 200 200 200 200 200 200 200 200 200 200
GET  /delegations/new                                                               303 403 200 200 403 403 403 403 200 403 403
POST /delegations/new                                                               401 403 422 422 403 403 403 403 422 403 403
GET  /delegations/cover                                                             303 403 200 200 403 403 403 403 200 403 403
POST /delegations/cover                                                             401 403 422 422 403 403 403 403 422 403 403
GET  /delegations/{delegation_id:uuid}/change                                       303 404 404 200 404 404 404 404 404 404 404
GET  /delegations/{delegation_id:uuid}/change            @offer                     303 404 404 200 404 404 404 404 404 404 404
POST /delegations/{delegation_id:uuid}/change                                       401 404 404 422 404 404 404 404 404 404 404
POST /delegations/{delegation_id:uuid}/change            @offer                     401 404 404 422 404 404 404 404 404 404 404
POST /delegations/{delegation_id:uuid}/resending                                    401 404 404 409 404 404 404 404 404 404 404
POST /delegations/{delegation_id:uuid}/resending         @offer                     401 404 404 303 404 404 404 404 404 404 404
GET  /delegations/{delegation_id:uuid}                                              303 404 404 200 200 404 404 404 404 404 404
GET  /delegations/{delegation_id:uuid}                     @jonas                   303 404 404 200 404 200 404 404 404 404 404
GET  /delegations/{delegation_id:uuid}                     @offer                   303 404 200 200 404 404 404 404 404 404 404
POST /delegations/{delegation_id:uuid}/acceptance          @offer                   401 404 422 422 404 404 404 404 404 404 404
POST /delegations/{delegation_id:uuid}/acceptance          @offer undertaken=y      401 404 303 409 404 404 404 404 404 404 404

POST /delegations/{delegation_id:uuid}/acceptance          undertaken=y             401 404 404 409 303 404 404 404 404 404 404

POST /delegations/{delegation_id:uuid}/refusal                                      401 404 404 404 303 404 404 404 404 404 404
POST /delegations/{delegation_id:uuid}/refusal             @offer                   401 404 303 404 404 404 404 404 404 404 404
GET  /delegations/{delegation_id:uuid}/ending                                       303 404 404 200 200 404 404 404 404 404 404
GET  /delegations/{delegation_id:uuid}/ending              @jonas                   303 404 404 200 404 200 404 404 404 404 404
GET  /delegations/{delegation_id:uuid}/ending              @offer                   303 404 404 200 404 404 404 404 404 404 404
POST /delegations/{delegation_id:uuid}/ending                                       401 404 404 303 303 404 404 404 404 404 404
POST /delegations/{delegation_id:uuid}/ending              @jonas                   401 404 404 303 404 303 404 404 404 404 404
POST /delegations/{delegation_id:uuid}/ending              @offer                   401 404 404 303 404 404 404 404 404 404 404
GET  /delegations/acts                                                             303 200 200 200 200 200 200 200 200 200 200
GET  /delegations/acts.csv                                                         303 200 200 200 200 200 200 200 200 200 200
GET  /delegations/acts.pdf                                                         303 200 200 200 200 200 200 200 200 200 200
GET  /delegations/ending                                                           303 404 404 404 404 404 404 404 404 404 404
GET  /delegations/ending                                   ?everybody=y            303 200 200 200 200 200 200 200 200 200 200
POST /delegations/ending                                   everybody=y             401 303 303 303 303 303 303 303 303 303 303
GET  /delegations/endings/{ending_id:uuid}                                         303 404 404 200 404 404 404 404 404 404 404
GET  /delegations/endings/{ending_id:uuid}.pdf                                     303 404 404 200 404 404 404 404 404 404 404
GET  /delegations/review                                                           303 200 200 200 200 200 200 200 200 200 200
POST /delegations/review                                                           401 303 303 303 303 303 303 303 303 303 303
# Teams: known to their people and to whom they asked; led by who leads them.
GET  /teams                                                                         303 200 200 200 200 200 404 404 200 404 404
GET  /teams/new                                                                     303 200 200 200 200 200 404 404 200 404 404
POST /teams                                                                         401 422 422 422 422 422 404 404 422 404 404
GET  /teams/{team_id:uuid}                                                          303 404 404 404 200 200 404 404 404 404 404
POST /teams/{team_id:uuid}/invitations                                              401 404 404 404 422 404 404 404 404 404 404
POST /teams/invitations/{membership_id:uuid}/renewal @asked                         401 404 404 404 303 404 404 404 404 404 404
POST /teams/invitations/{membership_id:uuid}/acceptance @asked                      401 404 303 404 404 404 404 404 404 404 404
POST /teams/invitations/{membership_id:uuid}/refusal @asked                         401 404 303 404 404 404 404 404 404 404 404
GET  /memberships/{membership_id:uuid}/ending                                       303 404 404 404 200 200 404 404 404 404 404
GET  /memberships/{membership_id:uuid}/ending @asked                                303 404 404 404 303 404 404 404 404 404 404
POST /memberships/{membership_id:uuid}/ending                                       401 404 404 404 303 303 404 404 404 404 404
POST /memberships/{membership_id:uuid}/ending @asked                                401 404 404 404 303 404 404 404 404 404 404
POST /memberships/{membership_id:uuid}/lead                                         401 404 404 404 303 404 404 404 404 404 404
# Invitations: whoever comes with the link.
GET  /invitations/{token}                                                           200 200 200 200 200 200 200 200 200 200 200
POST /invitations/{token}                                                           422 422 422 422 422 422 422 422 422 422 422
# The registry: its officers, each in their own division.
GET  /registry                                                                      303 404 404 404 404 404 404 404 404 200 200
GET  /registry/addresses                                                            303 404 404 404 404 404 404 404 404 200 200
GET  /registry/addresses/{suppression_id:uuid}/lifting                              303 404 404 404 404 404 404 404 404 200 404
POST /registry/addresses/{suppression_id:uuid}/lifting                              401 404 404 404 404 404 404 404 404 422 404
GET  /registry/cases/new                                                            303 404 404 404 404 404 404 404 404 200 200
GET  /registry/authority                                                            303 404 404 404 404 404 404 404 404 200 200
GET  /registry/authority                                   ?case=TC6-01482          303 404 404 404 404 404 404 404 404 200 422
GET  /registry/documents/{document_id:uuid}/readers                                 303 404 404 404 404 404 404 404 404 200 404
GET  /registry/batches                                                              303 404 404 404 404 404 404 404 404 200 200
GET  /registry/batches/new                                                          303 404 404 404 404 404 404 404 404 200 200
GET  /registry/batches/new                                ?q=noor                   303 404 404 404 404 404 404 404 404 200 200
POST /registry/batches                                                              401 404 404 404 404 404 404 404 404 422 422
GET  /registry/batches/{batch_id:uuid}                                              303 404 404 404 404 404 404 404 404 200 404
GET  /registry/batches/{batch_id:uuid}/facts                                        303 404 404 404 404 404 404 404 404 200 404
POST /registry/batches/{batch_id:uuid}/facts                                        401 404 404 404 404 404 404 404 404 422 404
POST /registry/batches/{batch_id:uuid}/list                                         401 404 404 404 404 404 404 404 404 422 404
POST /registry/batches/{batch_id:uuid}/omission                                     401 404 404 404 404 404 404 404 404 303 404
POST /registry/batches/{batch_id:uuid}/issue                                        401 404 404 404 404 404 404 404 404 409 404
POST /registry/batches/{batch_id:uuid}/state                                        401 404 404 404 404 404 404 404 404 303 404
POST /registry/batches/{batch_id:uuid}/retry                                        401 404 404 404 404 404 404 404 404 303 404
GET  /registry/batches/{batch_id:uuid}/progress                                     303 404 404 404 404 404 404 404 404 303 404
GET  /registry/batches/{batch_id:uuid}/cases/{case_id:uuid}                             303 404 404 404 404 404 404 404 404 200 404
GET  /registry/batches/{batch_id:uuid}/rows.csv                                     303 404 404 404 404 404 404 404 404 200 404
POST /registry/cases/new                                                            401 404 404 404 404 404 404 404 404 422 422
GET  /cases/{case_id:uuid}/people/new                                               303 404 404 404 404 404 404 404 404 200 404
POST /cases/{case_id:uuid}/people/new                                               401 404 404 404 404 404 404 404 404 422 404
GET  /standings/{standing_id:uuid}/ending                                           303 404 404 404 404 404 404 404 404 200 404
POST /standings/{standing_id:uuid}/ending                                           401 404 404 404 404 404 404 404 404 422 404
GET  /standings/{standing_id:uuid}/suspension                                       303 404 404 404 404 404 404 404 404 200 404
POST /standings/{standing_id:uuid}/suspension                                       401 404 404 404 404 404 404 404 404 422 404
GET  /suspensions/{suspension_id:uuid}/ending                                       303 404 404 404 404 404 404 404 404 200 404
POST /suspensions/{suspension_id:uuid}/ending                                       401 404 404 404 404 404 404 404 404 303 404
GET  /cases/{case_id:uuid}/closing                                                  303 404 404 404 404 404 404 404 404 200 404
POST /cases/{case_id:uuid}/closing                                                  401 404 404 404 404 404 404 404 404 303 404
POST /cases/{case_id:uuid}/reopening                                                401 404 404 404 404 404 404 404 404 303 404
GET  /cases/{case_id:uuid}/joinder                                                  303 404 404 404 404 404 404 404 404 200 404
POST /cases/{case_id:uuid}/joinder                                                  401 404 404 404 404 404 404 404 404 422 404
POST /cases/{case_id:uuid}/separation                                               401 404 404 404 404 404 404 404 404 303 404
GET  /cases/{case_id:uuid}/hearings/new                                             303 404 404 404 404 404 404 404 404 200 404
POST /cases/{case_id:uuid}/hearings/new                                             401 404 404 404 404 404 404 404 404 422 404
GET  /hearings/{hearing_id:uuid}/move                                               303 404 404 404 404 404 404 404 404 200 404
POST /hearings/{hearing_id:uuid}/move                                               401 404 404 404 404 404 404 404 404 422 404
GET  /hearings/{hearing_id:uuid}/cancellation                                       303 404 404 404 404 404 404 404 404 200 404
POST /hearings/{hearing_id:uuid}/cancellation                                       401 404 404 404 404 404 404 404 404 422 404
GET  /registry/hearings                                                             303 404 404 404 404 404 404 404 404 200 200
GET  /cases/{case_id:uuid}/notices/new                                              303 404 404 404 404 404 404 404 404 200 404
GET  /cases/{case_id:uuid}/notices/new                    ?kind=general_letter      303 404 404 404 404 404 404 404 404 200 404
POST /cases/{case_id:uuid}/notices/new                    ?kind=general_letter      401 404 404 404 404 404 404 404 404 200 404
GET  /cases/{case_id:uuid}/notices/preview                                          303 404 404 404 404 404 404 404 404 303 404
GET  /cases/{case_id:uuid}/notices/preview                 ?kind=notice_to_appear   303 404 404 404 404 404 404 404 404 200 404
POST /cases/{case_id:uuid}/notices/preview                ?kind=general_letter      401 404 404 404 404 404 404 404 404 422 404
POST /cases/{case_id:uuid}/notices/preview.pdf            ?kind=general_letter      401 404 404 404 404 404 404 404 404 422 404
POST /cases/{case_id:uuid}/notices                        ?kind=general_letter      401 404 404 404 404 404 404 404 404 422 404
GET  /cases/{case_id:uuid}/notices/{notice_id:uuid}.pdf                             303 404 404 404 404 404 404 404 404 200 404
GET  /registry/notices/{notice_id:uuid}                                             303 404 404 404 404 404 404 404 404 200 404
POST /registry/notices/{notice_id:uuid}/recall                                      401 404 404 404 404 404 404 404 404 409 404
GET  /registry/notices/{notice_id:uuid}/proof.json                                  303 404 404 404 404 404 404 404 404 200 404
GET  /registry/notices/{notice_id:uuid}/proof.pdf                                   303 404 404 404 404 404 404 404 404 200 404
# Letters and postal addresses: the registry of the division; a mailing is its division's.
GET  /registry/letters                                                              303 404 404 404 404 404 404 404 404 200 200
POST /registry/mailings  id=11111111-1111-4111-8111-111111111111 division=rpd office=toronto 401 404 404 404 404 404 404 404 404 303 403
GET  /registry/mailings/{mailing_id:uuid}                                           303 404 404 404 404 404 404 404 404 200 404
GET  /registry/mailings/{mailing_id:uuid}.pdf                                       303 404 404 404 404 404 404 404 404 200 404
POST /registry/mailings/{mailing_id:uuid}/posting                                   401 404 404 404 404 404 404 404 404 422 404
GET  /registry/letters/{letter_id:uuid}/return                                      303 404 404 404 404 404 404 404 404 200 404
POST /registry/letters/{letter_id:uuid}/return                                      401 404 404 404 404 404 404 404 404 422 404
POST /registry/services/{service_id:uuid}/letters         id=11111111-1111-4111-8111-111111111111 why=unopened      401 404 404 404 404 404 404 404 404 303 404
GET  /registry/services/{service_id:uuid}/receipt                                   303 404 404 404 404 404 404 404 404 200 404
POST /registry/services/{service_id:uuid}/receipt                                   401 404 404 404 404 404 404 404 404 422 404
GET  /cases/{case_id:uuid}/addresses                                                303 404 404 404 404 404 404 404 404 200 404
GET  /cases/{case_id:uuid}/addresses/{whose_id:uuid}                                303 404 404 404 404 404 404 404 404 200 404
POST /cases/{case_id:uuid}/addresses/{whose_id:uuid}                                401 404 404 404 404 404 404 404 404 422 404
# Invitations by letter: the registry of the division; who can sign in gets none.
GET  /cases/{case_id:uuid}/invitations                                              303 404 404 404 404 404 404 404 404 200 404
GET  /cases/{case_id:uuid}/invitations/{whose_id:uuid}                              303 404 404 404 404 404 404 404 404 404 404
GET  /cases/{case_id:uuid}/invitations/{whose_id:uuid}     @laila                   303 404 404 404 404 404 404 404 404 200 404
POST /cases/{case_id:uuid}/invitations/{whose_id:uuid}     @laila                   401 404 404 404 404 404 404 404 404 422 404
POST /invitations/{invitation_id:uuid}/revocation                                   401 404 404 404 404 404 404 404 404 303 404
"""


@dataclass(frozen=True)
class Row:
    """What everybody is answered at one route, about one thing."""

    method: str
    route: str
    thing: str
    # What is typed: in the address (?kind=…), in the form, as a file (file=…), by TUS (tus=…).
    typed: dict[str, str]
    answers: tuple[int, ...]

    @property
    def name(self) -> str:
        """As a test is called."""
        return " ".join(filter(None, [self.method, self.route, self.thing, *self.typed.values()]))

    def path(self, ids: Staged) -> str:
        """The address of the thing the row is about."""
        named = things(ids)

        def fill(match: re.Match[str]) -> str:
            return str(named[(self.thing if match[1] != "case_id" else "") or match[1]])

        return PARAMETER.sub(fill, self.route)

    @property
    def query(self) -> dict[str, str]:
        """What stands behind the question mark."""
        return {name[1:]: value for name, value in self.typed.items() if name.startswith("?")}

    @property
    def headers(self) -> dict[str, str]:
        """What the page's own script adds to a request."""
        return TUS[self.typed["tus"]] if "tus" in self.typed else {}

    @property
    def sent(self) -> dict[str, Any]:
        """All that is sent: in the address, in headers with a body, as a file or in a form."""
        if self.headers:
            return {"content": BODY, "headers": self.headers}
        if "file" in self.typed:
            file = ("file", (self.typed["file"], BODY))
            return {"files": [("csrf", (None, "")), file]}
        return {"params": self.query} | ({} if self.method in SAFE else {"data": self.form})

    @property
    def form(self) -> dict[str, str]:
        """What is typed into the form."""
        return {name: value for name, value in self.typed.items() if name[0] != "?"}

    @property
    def absent(self) -> str:
        """The address of a thing that is not there; empty where the route names none."""
        path = PARAMETER.sub(ABSENT, self.route)
        return path if path != self.route else ""

    def expected(self) -> list[tuple[Character | None, int]]:
        """Everybody, with the answer they get."""
        return list(zip(PEOPLE, self.answers, strict=True))


BODY = b"Hello.\n"
TUS: Mapping[str, dict[str, str]] = {
    "whole": at_once("a.txt", len(BODY)),
    "elsewhere": piece(5),
    "override": piece(5) | {"x-http-method-override": "PATCH"},
    "end": {"tus-resumable": "1.0.0"},
}
PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")


def things(ids: Staged) -> Mapping[str, Any]:
    """What each parameter names unless a row says which thing it is about."""
    return {
        "case_id": NOOR,
        "submission_id": DRAFT,
        "upload_id": UNFINISHED,
        "document_id": CLEAN,
        "hearing_id": HEARING,
        "request_id": REQUEST,
        "retainer_id": RETAINER,
        "standing_id": STANDING,
        "approval_id": APPROVAL,
        "team_id": TEAM,
        "membership_id": PLACE,
        "@asked": ASKED,
        "appeal_id": APPEAL,
        "suspension_id": SUSPENSION,
        "delegation_id": CLAIRE_TO_AMIRA,
        "ending_id": ENDED,
        "service_id": ids.claires,
        "notice_id": NOTICE,
        "mailing_id": MAILING,
        "letter_id": POSTED,
        "whose_id": FARIDA.id,
        "@laila": LAILA,
        "@confirming": CONFIRMING,
        "invitation_id": LETTER,
        "batch_id": BATCH,
        "token": INVITATION,
        "@stop": STOP,
        "suppression_id": SUPPRESSION,
        "path": "site.css",
        "language": "ar",
        "@filed": FILED,
        "@held": HELD,
        "@infected": INFECTED,
        "@locked": LOCKED,
        "@sealed": SEALED,
        "withdrawal_id": WISH,
        "@drafted": DRAFTED,
        "@offer": OFFER,
        "@jonas": CLAIRE_TO_JONAS,
        "@amira": ids.amiras,
        "@farida": ids.faridas,
        "@cancelled": CANCELLED,
    }


def rows() -> list[Row]:
    """The table, read."""
    found: list[Row] = []
    for line in filter(None, map(str.strip, TABLE.splitlines())):
        if line.startswith("#"):
            continue
        method, route, *rest = line.split()
        thing = rest.pop(0) if rest[0].startswith("@") else ""
        typed = dict(one.split("=") for one in rest if "=" in one)
        answers = tuple(int(one) for one in rest if "=" not in one)
        found.append(Row(method, route, thing, typed, answers))
    return found
