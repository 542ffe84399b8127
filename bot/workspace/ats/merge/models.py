"""The common models: which fields a row has, what lists may be asked by, and what may be written."""

from typing import Any

Doc = dict[str, Any]
NAMES = {
    "candidates": "Candidate", "applications": "Application", "jobs": "Job", "job-postings": "JobPosting",
    "job-interview-stages": "JobInterviewStage", "interviews": "ScheduledInterview", "scorecards": "Scorecard", "offers": "Offer",
    "activities": "Activity", "attachments": "Attachment", "eeocs": "EEOC", "reject-reasons": "RejectReason", "tags": "Tag",
    "departments": "Department", "offices": "Office", "users": "RemoteUser",
}  # fmt: skip
FIELDS = {  # a name that ends in [] is a list
    "candidates": (
        "first_name last_name company title remote_created_at remote_updated_at last_interaction_at is_private can_email"
        " locations[] phone_numbers[] email_addresses[] urls[] tags[] applications[] attachments[]"
    ),
    "applications": (
        "candidate job applied_at rejected_at offers[] source credited_to screening_question_answers[] current_stage"
        " reject_reason"
    ),
    "jobs": (
        "name description code status type job_postings[] job_posting_urls[] remote_created_at remote_updated_at"
        " confidential departments[] offices[] hiring_managers[] recruiters[]"
    ),
    "job-postings": "title job_posting_urls[] job status content remote_created_at remote_updated_at is_internal",
    "job-interview-stages": "name job stage_order",
    "interviews": (
        "application job_interview_stage organizer interviewers[] location start_at end_at remote_created_at"
        " remote_updated_at status"
    ),
    "scorecards": "application interview interviewer remote_created_at submitted_at overall_recommendation",
    "offers": "application creator remote_created_at closed_at sent_at start_date status",
    "activities": "user remote_created_at activity_type subject body visibility candidate",
    "attachments": "file_name file_url candidate attachment_type",
    "eeocs": "candidate submitted_at race gender veteran_status disability_status",
    "reject-reasons": "name", "tags": "name", "departments": "name", "offices": "name location",
    "users": "first_name last_name email disabled remote_created_at access_role",
}  # fmt: skip
RELATIONS = {
    "candidate": "candidates", "application": "applications", "applications": "applications", "job": "jobs", "offers": "offers",
    "current_stage": "job-interview-stages", "job_interview_stage": "job-interview-stages", "reject_reason": "reject-reasons",
    "credited_to": "users", "organizer": "users", "interviewers": "users", "interviewer": "users", "creator": "users",
    "user": "users", "hiring_managers": "users", "recruiters": "users", "departments": "departments", "offices": "offices",
    "job_postings": "job-postings", "attachments": "attachments", "interview": "interviews",
}  # fmt: skip
EXPANDS = {
    "candidates": "applications attachments",
    "applications": (
        "candidate credited_to current_stage job offers reject_reason screening_question_answers"
        " screening_question_answers.question"
    ),
    "jobs": "departments hiring_managers job_postings offices recruiters",
    "job-postings": "job",
    "job-interview-stages": "job",
    "interviews": "application interviewers job_interview_stage organizer",
    "scorecards": "application interview interviewer",
    "offers": "application creator",
    "activities": "user",
    "attachments": "candidate",
    "eeocs": "candidate",
}  # fmt: skip
FILTERS = {  # the parameter and the field it looks at
    "candidates": {name: name for name in ("email_addresses", "first_name", "last_name", "tags")},
    "applications": {
        "candidate_id": "candidate", "credited_to_id": "credited_to", "current_stage_id": "current_stage", "job_id": "job",
        "reject_reason_id": "reject_reason", "source": "source",
    },
    "jobs": {"code": "code", "offices": "offices", "status": "status"},
    "job-postings": {"status": "status"},
    "job-interview-stages": {"job_id": "job"},
    "interviews": {
        "application_id": "application", "job_interview_stage_id": "job_interview_stage", "organizer_id": "organizer",
    },
    "scorecards": {"application_id": "application", "interview_id": "interview", "interviewer_id": "interviewer"},
    "offers": {"application_id": "application", "creator_id": "creator", "status": "status"},
    "activities": {"user_id": "user"},
    "attachments": {"candidate_id": "candidate"},
    "eeocs": {"candidate_id": "candidate"},
    "users": {"email": "email"},
}  # fmt: skip
ENUMS = {
    "activity_type": ("NOTE", "EMAIL", "OTHER"),
    "visibility": ("ADMIN_ONLY", "PUBLIC", "PRIVATE"),
    "attachment_type": ("RESUME", "COVER_LETTER", "OFFER_LETTER", "OTHER"),
    "status": ("SCHEDULED", "AWAITING_FEEDBACK", "COMPLETE"),
    "email_address_type": ("PERSONAL", "WORK", "OTHER"),
    "phone_number_type": ("HOME", "WORK", "MOBILE", "SKYPE", "OTHER"),
    "url_type": ("PERSONAL", "COMPANY", "PORTFOLIO", "BLOG", "SOCIAL_MEDIA", "OTHER", "JOB_POSTING"),
}  # fmt: skip
REQUIRED = {  # of the model, by what may be created
    "candidates": ("first_name", "last_name"),
    "applications": ("candidate", "job"),
    "interviews": ("application", "interviewers", "start_at", "end_at"),
    "activities": ("candidate", "body"),
    "attachments": ("candidate", "file_name", "file_url", "attachment_type"),
}
EXTRAS = {"remote_template_id", "integration_params", "linked_account_params"}
DERIVED = {"remote_created_at", "remote_updated_at", "offers"}  # told by the ATS, never written


def blank(resource: str) -> Doc:
    """Every field of a model, empty."""
    row: Doc = {
        "id": "", "remote_id": None, "created_at": "", "modified_at": "",
        **{name.removesuffix("[]"): [] if name.endswith("[]") else None for name in FIELDS[resource].split()},
        "remote_was_deleted": False, "field_mappings": None, "remote_data": None,
    }  # fmt: skip
    return row


def writable(resource: str) -> set[str]:
    """The fields that a create or change of this model takes."""
    return {name.removesuffix("[]") for name in FIELDS[resource].split()} - DERIVED
